import { Store } from "../../common/store";
import { ApiError, type Api } from "../api";
import { go } from "../sections";
import { template } from "./frontmatter";
import { words } from "./words";

export interface Row {
  id: string;
  language: string;
  title: string;
  topic: string | null;
  owner: string | null;
  updated: string | null;
  review_by: string | null;
  review: "overdue" | "soon" | "later" | null;
  audience: string | null;
  jurisdiction: string[];
  state: "live" | "draft" | "withdrawn" | "withheld";
  /** What keeps a withheld article from customers. */
  hindrance: "draft" | "agents" | "review" | null;
  changed: boolean;
  in_file: boolean;
  live_revision: number;
  base: number;
  author: string | null;
  at: string | null;
}

export interface Revision {
  number: number;
  base: number;
  state: string;
  withdraws: boolean;
  note: string;
  author: string;
  at: string;
  source?: string;
}

export interface Finding {
  severity: "error" | "warning";
  article: string | null;
  language: string | null;
  line: number | null;
  message: string;
}

export interface Check {
  findings: Finding[];
  publishable: boolean;
  title: string | null;
  preview: { short: string; details: string; holds: string | null } | null;
}

export interface Publication {
  id: number;
  action: string;
  state: "queued" | "building" | "checking" | "live" | "failed";
  step: string;
  changes: Record<string, number>;
  build: string | null;
  findings: Finding[];
  note: string;
  requester: string;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Options {
  languages: string[];
  owners: string[];
  /** The first of each is the rule: front matter that says nothing means it. */
  states: string[];
  audiences: string[];
  topics: string[];
  intents: Record<string, string>;
  assets: string[];
  networks: string[];
}

interface Status {
  publications: Publication[];
  build: { current: string | null; previous: string | null };
}

interface Loaded {
  article: Row;
  source: string;
  live_source: string | null;
  file_source: string | null;
  revisions: Revision[];
}

/** The article in the editor. `kept` is its newest saved text, `text` what the editor has made of it. */
export interface Open {
  row: Row;
  base: number;
  kept: string;
  text: string;
  live: string | null;
  file: string | null;
  revisions: Revision[];
  isNew: boolean;
}

export interface Filters {
  text: string;
  topic: string;
  language: string;
  owner: string;
  state: string;
  review: string;
}

export interface ShelfState extends Status {
  rows: Row[];
  listed: boolean;
  options: Options;
  filters: Filters;
  open: Open | null;
  loading: boolean;
  note: string;
  check: Check | null;
  checking: boolean;
  asset: string;
  network: string;
  busy: boolean;
  /** What went wrong, or `saved` for what went right: both are told aloud. */
  alert: string | null;
  saved: string | null;
  conflict: Revision | null;
}

export const NO_FILTERS: Filters = { text: "", topic: "", language: "", owner: "", state: "", review: "" };
const CHECK_AFTER_MS = 400;
const WATCH_EVERY_MS = 700;
const LOOK_EVERY_MS = 15_000;

const EMPTY: ShelfState = {
  rows: [],
  listed: false,
  options: { languages: [], owners: [], states: [], audiences: [], topics: [], intents: {}, assets: [], networks: [] },
  filters: NO_FILTERS,
  publications: [],
  build: { current: null, previous: null },
  open: null,
  loading: false,
  note: "",
  check: null,
  checking: false,
  asset: "",
  network: "",
  busy: false,
  alert: null,
  saved: null,
  conflict: null,
};

export function unfinished(publication: Publication): boolean {
  return publication.state !== "live" && publication.state !== "failed";
}

/** Whether an article is in a state of the filter: `withheld` for whatever reason, `withheld.draft` for that one. */
function inState(row: Row, wanted: string): boolean {
  return row.state === wanted || `${row.state}.${row.hindrance}` === wanted || (wanted === "changed" && row.changed);
}

export function filtered(rows: Row[], filters: Filters): Row[] {
  const wanted = filters.text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (!filters.topic || row.topic === filters.topic) &&
      (!filters.language || row.language === filters.language) &&
      (!filters.owner || row.owner === filters.owner) &&
      (!filters.state || inState(row, filters.state)) &&
      (!filters.review || row.review === filters.review || (filters.review === "soon" && row.review === "overdue")) &&
      (!wanted || `${row.title} ${row.id} ${row.topic ?? ""} ${row.author ?? ""}`.replace(/_/g, " ").toLowerCase().includes(wanted)),
  );
}

/** Everything an editor sees and does. */
export class Shelf {
  readonly store = new Store<ShelfState>({ ...EMPTY });
  /** What was typed in articles that were left without saving, and which revision it began with. */
  private readonly left = new Map<string, { text: string; base: number }>();
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setTimeout> | undefined;
  private checked = 0;
  private running = false;

  constructor(private readonly api: Api) {}

  start(): void {
    this.running = true;
    void this.list().then(() => this.watch());
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.watchTimer);
    clearTimeout(this.checkTimer);
  }

  dirty(): boolean {
    const { open } = this.store.get();
    return open !== null && open.text !== open.kept;
  }

  /** Whether something would be lost by closing the page. */
  unsaved(): boolean {
    return this.dirty() || this.left.size > 0;
  }

  /** Whether an article that is not open has text that was not saved. */
  isLeft(id: string, language: string): boolean {
    return this.left.has(`${id}.${language}`);
  }

  filter(part: Partial<Filters>): void {
    this.store.set({ filters: { ...this.store.get().filters, ...part } });
  }

  async list(): Promise<void> {
    const answer = await this.attempt(() => this.api.call<{ articles: Row[]; options: Options } & Status>("/articles"));
    if (!answer) return;
    this.store.set({ rows: answer.articles, options: answer.options, publications: answer.publications, build: answer.build, listed: true });
  }

  async show(id: string, language: string): Promise<void> {
    this.keepAside();
    this.store.set({ loading: true, alert: null, saved: null, conflict: null, check: null, note: "", asset: "", network: "" });
    const answer = await this.attempt(() => this.api.call<Loaded>(`/articles/${id}/${language}`));
    this.store.set({ loading: false });
    if (!answer) return this.store.set({ open: null });
    this.put(answer);
    const left = this.left.get(`${id}.${language}`);
    const { open } = this.store.get();
    this.left.delete(`${id}.${language}`);
    if (left && open) this.store.set({ open: { ...open, ...left } });
    this.askCheck(0);
  }

  leave(): void {
    this.keepAside();
    clearTimeout(this.checkTimer);
    this.store.set({ open: null, check: null, alert: null, saved: null, conflict: null });
  }

  /** Begins an article, or a language of one, with nothing saved yet. */
  begin(id: string, language: string): void {
    this.keepAside();
    const { rows, options } = this.store.get();
    const day = (after: number) => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);
    const plain = { title: id, topic: options.topics[0] ?? "", owner: "general", today: day(0), review: day(180) };
    const row: Row = {
      id,
      language,
      title: id,
      topic: null,
      owner: null,
      updated: null,
      review_by: null,
      review: null,
      audience: null,
      jurisdiction: [],
      state: "draft",
      hindrance: null,
      changed: false,
      in_file: false,
      live_revision: 0,
      base: 0,
      author: null,
      at: null,
    };
    const english = rows.find((one) => one.id === id && one.language === "en");
    this.store.set({ check: null, alert: null, saved: null, conflict: null, note: "" });
    const fill = (text: string) => this.store.set({ open: { row, base: 0, kept: "", text, live: null, file: null, revisions: [], isNew: true } });
    fill(template(id, plain));
    if (english && language !== "en") {
      // A translator begins with the English text in front.
      void this.attempt(() => this.api.call<Loaded>(`/articles/${id}/en`)).then((answer) => answer && fill(answer.source));
    }
    go("articles", id, language);
    this.askCheck(0);
  }

  write(text: string): void {
    const { open } = this.store.get();
    if (!open || text === open.text) return;
    this.store.set({ open: { ...open, text }, saved: null });
    this.askCheck(CHECK_AFTER_MS);
  }

  setNote(note: string): void {
    this.store.set({ note });
  }

  previewFor(asset: string, network: string): void {
    this.store.set({ asset, network });
    this.askCheck(0);
  }

  async save(): Promise<boolean> {
    const saved = await this.act((open) => this.api.call<Revision>(`${this.path(open)}/drafts`, { source: open.text, base: open.base, note: this.store.get().note }));
    if (!saved) return false;
    await this.reload(true);
    this.store.set({ saved: words.saved(saved.number), note: "" });
    return true;
  }

  async publish(): Promise<void> {
    const asked = await this.act((open) => this.api.call<Publication>(`${this.path(open)}/publish`, { source: open.text, base: open.base, note: this.store.get().note }));
    if (asked) await this.asked();
  }

  async withdraw(): Promise<void> {
    const asked = await this.act((open) => this.api.call<Publication>(`${this.path(open)}/withdraw`, { base: open.base, note: this.store.get().note }));
    if (asked) await this.asked();
  }

  async revert(number: number): Promise<void> {
    const saved = await this.act((open) => this.api.call<Revision>(`${this.path(open)}/revert`, { base: open.base, number }));
    if (!saved) return;
    await this.reload(true);
    this.store.set({ saved: words.saved(saved.number) });
  }

  async rollBack(): Promise<void> {
    const build = this.store.get().build.previous;
    if (build && (await this.attempt(() => this.api.call<Publication>("/articles/roll-back", { build })))) await this.asked();
  }

  async rebuild(): Promise<void> {
    if (await this.attempt(() => this.api.call<Publication>("/articles/rebuild", {}))) await this.asked();
  }

  /** The text of a revision; 0 is the file. */
  async textOf(number: number): Promise<string | null> {
    const { open } = this.store.get();
    if (!open) return null;
    if (number === 0) return open.file;
    const answer = await this.attempt(() => this.api.call<Revision>(`${this.path(open)}/revisions/${number}`));
    return answer?.source ?? null;
  }

  /** After a conflict: the other's revision becomes what this text builds on, and is overwritten knowingly. */
  async saveOnTop(): Promise<void> {
    const { open, conflict } = this.store.get();
    if (!open || !conflict) return;
    this.store.set({ open: { ...open, base: conflict.number }, conflict: null, alert: null });
    await this.save();
  }

  async discardMine(): Promise<void> {
    const { open } = this.store.get();
    if (!open) return;
    this.store.set({ open: { ...open, text: open.kept } });
    await this.show(open.row.id, open.row.language);
  }

  dismiss(): void {
    this.store.set({ alert: null, conflict: null });
  }

  private keepAside(): void {
    const { open } = this.store.get();
    if (open && !open.isNew && open.text !== open.kept) this.left.set(`${open.row.id}.${open.row.language}`, { text: open.text, base: open.base });
  }

  private path(open: Open): string {
    return `/articles/${open.row.id}/${open.row.language}`;
  }

  private put(answer: Loaded): void {
    this.store.set({
      open: {
        row: answer.article,
        base: answer.article.base,
        kept: answer.source,
        text: answer.source,
        live: answer.live_source,
        file: answer.file_source,
        revisions: answer.revisions,
        isNew: false,
      },
    });
  }

  /**
   * Reads the open article again: after an own change its new text is taken over, otherwise only what was not
   * touched here, so that a conflict shows when it is saved. What was typed meanwhile stays in any case.
   */
  private async reload(own: boolean): Promise<void> {
    const { open } = this.store.get();
    const answer = open && (await this.attempt(() => this.api.call<Loaded>(this.path(open))));
    const now = this.store.get().open;
    if (open && answer && now && now.row.id === open.row.id && now.row.language === open.row.language) {
      const typed = own ? now.text !== open.text : now.text !== now.kept;
      this.put(answer);
      const fresh = this.store.get().open;
      if (typed && fresh) this.store.set({ open: own ? { ...fresh, text: now.text } : { ...fresh, text: now.text, kept: now.kept, base: now.base } });
      this.askCheck(0);
    }
    await this.list();
  }

  private async asked(): Promise<void> {
    this.store.set({ note: "", saved: null });
    await this.reload(true);
    this.watchIn(0);
  }

  private async watch(): Promise<void> {
    if (!this.running) return;
    const before = this.store.get().publications;
    let status: Status | null = null;
    try {
      status = await this.api.call<Status>("/articles/publications");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the next look may do better
    }
    if (status) {
      const open = before.filter(unfinished).map((one) => one.id);
      const ended = status.publications.some((one) => open.includes(one.id) && !unfinished(one));
      this.store.set({ publications: status.publications, build: status.build });
      if (ended) await this.reload(false);
    }
    this.watchIn(this.store.get().publications.some(unfinished) ? WATCH_EVERY_MS : LOOK_EVERY_MS);
  }

  private watchIn(milliseconds: number): void {
    clearTimeout(this.watchTimer);
    if (this.running) this.watchTimer = setTimeout(() => void this.watch(), milliseconds);
  }

  private askCheck(after: number): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => void this.check(), after);
  }

  private async check(): Promise<void> {
    const { open, asset, network } = this.store.get();
    if (!open || !open.text.trim()) return;
    const mine = (this.checked += 1);
    this.store.set({ checking: true });
    try {
      const body = { id: open.row.id, language: open.row.language, source: open.text, asset: asset || null, network: network || null };
      const found = await this.api.call<Check>("/articles/check", body);
      // A slow answer about an older text must not replace a newer one.
      if (mine === this.checked) this.store.set({ check: found });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine === this.checked) this.store.set({ check: null, alert: `${words.checkFailed} ${error.message}` });
    } finally {
      if (mine === this.checked) this.store.set({ checking: false });
    }
  }

  private async act<T>(action: (open: Open) => Promise<T>): Promise<T | null> {
    const { open, busy } = this.store.get();
    if (!open || busy) return null;
    this.store.set({ busy: true, alert: null, saved: null, conflict: null });
    try {
      return await action(open);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const conflict = error.code === "edited_meanwhile" ? ((error.details.revision as Revision | undefined) ?? null) : null;
      this.store.set({ alert: error.message, conflict });
      return null;
    } finally {
      this.store.set({ busy: false });
    }
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) this.store.set({ alert: error.message });
      return null;
    }
  }
}
