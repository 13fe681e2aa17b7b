// The front matter of an article as fields. Only the lines of a changed field are written anew: what the fields do
// not show (a comment, a list of choices, a key of tomorrow) stays as the author wrote it.

const KEY = /^([A-Za-z_]\w*):(.*)$/;
const LIST_ITEM = /^\s*-\s+(.*)$/;
// Read by YAML as something else than text: numbers, dates, yes and no, nothing.
const NOT_TEXT = /^(?:[-+.\d].*|true|false|yes|no|on|off|null|~)$/i;
const PLAIN = /^[\p{L}\p{N}][^:#\n"'[\]{},&*!|>%@`]*$/u;

interface Block {
  key: string;
  /** First line and the line after the last, counted from 0. */
  start: number;
  end: number;
}

interface Parts {
  lines: string[];
  /** The line of the closing `---`; -1 where the text has no front matter. */
  close: number;
  blocks: Block[];
}

function parts(source: string): Parts {
  const lines = source.split("\n");
  const close = lines[0]?.trim() === "---" ? lines.findIndex((line, at) => at > 0 && line.trim() === "---") : -1;
  const blocks: Block[] = [];
  for (let at = 1; at < close; at += 1) {
    const key = KEY.exec(lines[at] ?? "")?.[1];
    if (!key) continue;
    let end = at + 1;
    while (end < close && !KEY.test(lines[end] ?? "")) end += 1;
    // A comment at the margin is about what follows it.
    while (end > at + 1 && /^(?:#.*|\s*)$/.test(lines[end - 1] ?? "")) end -= 1;
    blocks.push({ key, start: at, end });
  }
  return { lines, close, blocks };
}

/** Whether a text has a front matter that fields can be read from. */
export function hasFront(source: string): boolean {
  return parts(source).close > 0;
}

function scalar(raw: string): string | null {
  const text = raw.trim();
  if (text.startsWith('"')) {
    const end = /^("(?:[^"\\]|\\.)*")\s*(?:#.*)?$/.exec(text)?.[1];
    try {
      return end ? (JSON.parse(end) as string) : null;
    } catch {
      return null;
    }
  }
  if (text.startsWith("'")) {
    const inner = /^'((?:[^']|'')*)'\s*(?:#.*)?$/.exec(text)?.[1];
    return inner === undefined ? null : inner.replace(/''/g, "'");
  }
  if (/^[[{|>&*!]/.test(text)) return null;
  return text.replace(/\s+#.*$/, "");
}

function flow(raw: string): string[] | null {
  const inner = /^\[(.*)\]\s*(?:#.*)?$/.exec(raw.trim())?.[1];
  if (inner === undefined) return null;
  const items: string[] = [];
  const item = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,[\]{}"']*)\s*(?:,|$)/y;
  while (item.lastIndex < inner.length) {
    const found = item.exec(inner);
    const value = found ? scalar(found[1] ?? "") : null;
    if (value === null) return null;
    if (value) items.push(value);
  }
  return items;
}

/** A field's text, "" where it is absent; null where only the source can show it. */
export function readText(source: string, key: string): string | null {
  const { lines, blocks } = parts(source);
  const block = blocks.find((one) => one.key === key);
  if (!block) return "";
  if (lines.slice(block.start + 1, block.end).some((line) => line.trim() && !line.trim().startsWith("#"))) return null;
  return scalar(KEY.exec(lines[block.start] ?? "")?.[2] ?? "");
}

/** A field's list, empty where it is absent; null where only the source can show it. */
export function readList(source: string, key: string): string[] | null {
  const { lines, blocks } = parts(source);
  const block = blocks.find((one) => one.key === key);
  if (!block) return [];
  const inline = KEY.exec(lines[block.start] ?? "")?.[2] ?? "";
  if (inline.trim() && !inline.trim().startsWith("#")) return flow(inline);
  const items: string[] = [];
  for (const line of lines.slice(block.start + 1, block.end)) {
    if (!line.trim() || line.trim().startsWith("#")) continue;
    const item = LIST_ITEM.exec(line)?.[1];
    const value = item === undefined ? null : scalar(item);
    if (value === null) return null;
    items.push(value);
  }
  return items;
}

/** A text as YAML reads it back. */
export function quoted(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) && text === text.trim() ? text : JSON.stringify(text);
}

function write(source: string, key: string, block: string[]): string {
  const { lines, close, blocks } = parts(source);
  if (close < 0) return source;
  const known = blocks.find((one) => one.key === key);
  const [from, to] = known ? [known.start, known.end] : [close, close];
  return [...lines.slice(0, from), ...block, ...lines.slice(to)].join("\n");
}

/** The source with a field changed; `raw` for dates, which must not be quoted. */
export function writeText(source: string, key: string, value: string, raw = false): string {
  return write(source, key, [`${key}: ${raw ? value : quoted(value)}`]);
}

/** The source with one of a few words chosen; the rule, which holds without a word, has no line. */
export function writeChoice(source: string, key: string, value: string, rule: string): string {
  return value === rule ? write(source, key, []) : writeText(source, key, value, true);
}

/** The source with a list changed: one line per item, or all on one line. An empty list removes an optional field. */
export function writeList(source: string, key: string, items: string[], style: "lines" | "flow", keep = false): string {
  if (!items.length) return write(source, key, keep ? [`${key}: []`] : []);
  if (style === "flow") return write(source, key, [`${key}: [${items.map(quoted).join(", ")}]`]);
  return write(source, key, [`${key}:`, ...items.map((item) => `  - ${quoted(item)}`)]);
}

/** What stands below the front matter. */
export function readBody(source: string): string {
  const { lines, close } = parts(source);
  return lines.slice(close + 1).join("\n");
}

export function writeBody(source: string, body: string): string {
  const { lines, close } = parts(source);
  return [...lines.slice(0, close + 1), body].join("\n");
}

/** How many lines stand above the body: findings count from the top of the whole text. */
export function linesAbove(source: string): number {
  return parts(source).close + 1;
}

/** What a new article begins with. */
export function template(id: string, options: { title: string; topic: string; owner: string; today: string; review: string }): string {
  return [
    "---",
    `id: ${id}`,
    `title: ${quoted(options.title)}`,
    `topic: ${options.topic}`,
    "intents: []",
    "questions: []",
    `owner: ${options.owner}`,
    `updated: ${options.today}`,
    `review_by: ${options.review}`,
    "---",
    "",
  ].join("\n");
}
