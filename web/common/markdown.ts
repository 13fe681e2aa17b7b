// A light Markdown reader: paragraphs, headings, lists, quotes, code, tables, emphasis, links.
// It yields a tree, never HTML; the tree is rendered as text nodes, so nothing a message holds can become markup.

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "em"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "break" };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "quote"; children: Block[] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const MAX_DEPTH = 6;

/**
 * The address if it is safe to follow, else null. Only http, https and addresses relative to this
 * origin pass; `javascript:`, `data:`, `mailto:` and scheme-relative `//host` do not.
 */
export function safeHref(raw: string): string | null {
  // Browsers drop control characters inside a scheme ("java\tscript:"), so they are refused outright.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f-\u009f\\]/.test(raw)) return null;
  if (/^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(raw)) return raw;
  if (/^\/(?!\/)/.test(raw) || raw.startsWith("#")) return raw;
  return null;
}

const INLINE =
  /\\([\\`*_{}[\]()#+\-.!|~>])|(?<!`)(`+)(?!`)([\s\S]*?[^`])\2(?!`)|\[((?:[^[\]\\]|\\.)*)\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)|(\*\*|__)(?=\S)([\s\S]*?\S)\6|(\*|_)(?=\S)([\s\S]*?\S)\8(?![\p{L}\p{N}])|(https?:\/\/[^\s<>"']+)|( {2,}|\\)\n/gu;

function flush(out: Inline[], text: string): void {
  if (!text) return;
  const last = out[out.length - 1];
  if (last?.kind === "text") last.text += text;
  else out.push({ kind: "text", text });
}

export function parseInline(source: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  if (depth > MAX_DEPTH) {
    flush(out, source);
    return out;
  }
  const pattern = new RegExp(INLINE.source, INLINE.flags);
  let position = 0;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const [whole, escaped, , code, label, target, strong, strongText, em, emText, url, hardBreak] = match;
    const before = match.index > 0 ? source[match.index - 1] : "";
    // snake_case and 2*3 are words, not emphasis
    const insideWord = (strong ?? em) !== undefined && /[\p{L}\p{N}]/u.test(before ?? "");
    if (insideWord) {
      pattern.lastIndex = match.index + (strong ?? em ?? "*").length;
      flush(out, source.slice(position, pattern.lastIndex));
      position = pattern.lastIndex;
      continue;
    }
    flush(out, source.slice(position, match.index));
    position = match.index + whole.length;
    if (escaped !== undefined) flush(out, escaped);
    else if (code !== undefined) out.push({ kind: "code", text: code.trim() });
    else if (target !== undefined) {
      const href = safeHref(target);
      const children = parseInline(label ?? "", depth + 1);
      if (href && children.length) out.push({ kind: "link", href, children });
      else for (const child of children) child.kind === "text" ? flush(out, child.text) : out.push(child);
    } else if (strongText !== undefined) out.push({ kind: "strong", children: parseInline(strongText, depth + 1) });
    else if (emText !== undefined) out.push({ kind: "em", children: parseInline(emText, depth + 1) });
    else if (url !== undefined) {
      const trimmed = url.replace(/[.,;:!?)\]}*_]+$/, "");
      const href = safeHref(trimmed);
      if (href) out.push({ kind: "link", href, children: [{ kind: "text", text: trimmed }] });
      else flush(out, trimmed);
      flush(out, url.slice(trimmed.length));
    } else if (hardBreak !== undefined) out.push({ kind: "break" });
  }
  flush(out, source.slice(position));
  return out;
}

const BULLET = /^(\s{0,3})([-*+•])\s+(.*)$/;
const NUMBER = /^(\s{0,3})(\d{1,4})[.)]\s+(.*)$/;
const SEPARATOR = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

export function parseMarkdown(source: string, depth = 0): Block[] {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  if (depth > MAX_DEPTH) return [{ kind: "paragraph", children: [{ kind: "text", text: source }] }];
  let index = 0;
  let paragraph: string[] = [];

  const closeParagraph = () => {
    if (paragraph.length) blocks.push({ kind: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };

  while (index < lines.length) {
    const line = lines[index] ?? "";
    if (!line.trim()) {
      closeParagraph();
      index += 1;
      continue;
    }
    const fence = /^\s{0,3}(```+|~~~+)/.exec(line);
    if (fence) {
      closeParagraph();
      const body: string[] = [];
      index += 1;
      while (index < lines.length && !(lines[index] ?? "").trim().startsWith(fence[1] ?? "```")) {
        body.push(lines[index] ?? "");
        index += 1;
      }
      index += 1;
      blocks.push({ kind: "code", text: body.join("\n") });
      continue;
    }
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      closeParagraph();
      blocks.push({ kind: "heading", level: (heading[1] ?? "#").length, children: parseInline(heading[2] ?? "") });
      index += 1;
      continue;
    }
    if (/^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/.test(line)) {
      closeParagraph();
      blocks.push({ kind: "rule" });
      index += 1;
      continue;
    }
    if (/^\s{0,3}>/.test(line)) {
      closeParagraph();
      const body: string[] = [];
      while (index < lines.length && /^\s{0,3}>/.test(lines[index] ?? "")) {
        body.push((lines[index] ?? "").replace(/^\s{0,3}>\s?/, ""));
        index += 1;
      }
      blocks.push({ kind: "quote", children: parseMarkdown(body.join("\n"), depth + 1) });
      continue;
    }
    if (line.includes("|") && SEPARATOR.test(lines[index + 1] ?? "")) {
      closeParagraph();
      const head = cells(line).map((cell) => parseInline(cell));
      const rows: Inline[][][] = [];
      index += 2;
      while (index < lines.length && (lines[index] ?? "").includes("|")) {
        rows.push(cells(lines[index] ?? "").map((cell) => parseInline(cell)));
        index += 1;
      }
      blocks.push({ kind: "table", head, rows });
      continue;
    }
    const marker = BULLET.exec(line) ?? NUMBER.exec(line);
    if (marker) {
      closeParagraph();
      const ordered = NUMBER.test(line);
      const pattern = ordered ? NUMBER : BULLET;
      const items: Block[][] = [];
      while (index < lines.length) {
        const item = pattern.exec(lines[index] ?? "");
        if (!item) break;
        const body = [item[3] ?? ""];
        index += 1;
        while (index < lines.length) {
          const next = lines[index] ?? "";
          if (/^\s{2,}\S/.test(next)) body.push(next.replace(/^\s{2,4}/, ""));
          else if (!next.trim() && /^\s{2,}\S/.test(lines[index + 1] ?? "")) body.push("");
          else break;
          index += 1;
        }
        items.push(parseMarkdown(body.join("\n"), depth + 1));
        // a blank line between items does not end the list
        if (!(lines[index] ?? "x").trim() && pattern.test(lines[index + 1] ?? "")) index += 1;
      }
      blocks.push({ kind: "list", ordered, start: ordered ? Number(marker[2]) : 1, items });
      continue;
    }
    paragraph.push(line.replace(/^\s+/, ""));
    index += 1;
  }
  closeParagraph();
  return blocks;
}

/** The words of a Markdown text without its marks, for list rows and notifications. */
export function plainText(source: string): string {
  const words = (nodes: Inline[]): string =>
    nodes
      .map((node) =>
        node.kind === "text" || node.kind === "code" ? node.text : node.kind === "break" ? " " : words(node.children),
      )
      .join("");
  return words(parseInline(source.replace(/^\s{0,3}(?:[#>]+|[-*+]|\d+[.)])\s+/gm, "")))
    .replace(/\s+/g, " ")
    .trim();
}
