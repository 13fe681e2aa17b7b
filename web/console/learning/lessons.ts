import { Store } from "../../common/store";
import { ApiError, type Api } from "../api";
import { go } from "../sections";

export type State = "open" | "accepted" | "dismissed";

export interface Candidate {
  article: string;
  title: string;
  score: number;
  first: number;
  languages: string[];
}

export interface Decision {
  what: "accepted" | "drafted" | "dismissed";
  reason: string;
  by: string | null;
  at: string;
  members: number;
  article?: string;
  languages?: string[];
  phrasings?: number;
  note?: string;
}

export interface Item {
  id: string;
  state: State;
  title: string;
  language: string;
  languages: Record<string, number>;
  kinds: Record<string, number>;
  topic: string | null;
  members: number;
  recent: number;
  before: number;
  suggested: string | null;
  candidate: Candidate | null;
  first_at: string;
  last_at: string;
  decision: Decision | null;
}

export interface Message {
  conversation: string;
  event: number;
  kind: string;
  language: string;
  text: string;
  answer: string | null;
  at: string;
}

export interface Phrasing {
  text: string;
  language: string;
}

export interface Cluster extends Item {
  phrasings: Phrasing[];
  candidates: Candidate[];
  draft: { language: string; title: string; body: string; answers: number } | null;
  weeks: number[];
  messages: Message[];
  publication: { id: number; state: string; findings: { message: string; article: string | null; line: number | null }[] } | null;
}

/** A phrasing as an editor has it before them. */
export interface Choice extends Phrasing {
  taken: boolean;
}

export interface LessonsState {
  state: State;
  items: Item[];
  counts: Record<State, number>;
  lastRun: { at: string; read_until: string; gaps: number } | null;
  listed: boolean;
  looking: boolean;
  open: Cluster | null;
  loading: boolean;
  busy: boolean;
  alert: string | null;
}

const WATCH_EVERY_MS = 1_000;
const LOOK_FOR_MS = 300_000;

const EMPTY: LessonsState = {
  state: "open",
  items: [],
  counts: { open: 0, accepted: 0, dismissed: 0 },
  lastRun: null,
  listed: false,
  looking: false,
  open: null,
  loading: false,
  busy: false,
  alert: null,
};

/** Whether a phrasing may go into an article: the article has to be there in its language. */
export function fits(phrasing: Phrasing, candidate: Candidate | null): boolean {
  return candidate === null || candidate.languages.includes(phrasing.language);
}

/** What is sent of the choices: those that are taken, have words, and fit the article. */
export function chosen(choices: Choice[], candidate: Candidate | null): Phrasing[] {
  return choices.filter((one) => one.taken && one.text.trim() && fits(one, candidate)).map(({ text, language }) => ({ text: text.trim(), language }));
}

export function underWay(cluster: Cluster | null): boolean {
  return ["queued", "building", "checking"].includes(cluster?.publication?.state ?? "");
}

/** What an editor sees of the learning loop, and does. */
export class Lessons {
  readonly store = new Store<LessonsState>({ ...EMPTY });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private wanted: string | null = null;

  constructor(private readonly api: Api) {}

  start(): void {
    this.running = true;
    void this.list();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  async list(state: State = this.store.get().state): Promise<void> {
    if (state !== this.store.get().state) this.store.set({ state, items: [], listed: false });
    const answer = await this.attempt(() =>
      this.api.call<{ clusters: Item[]; counts: Record<State, number>; last_run: LessonsState["lastRun"] }>(`/learning?state=${state}`),
    );
    // A slower answer for another list must not replace this one.
    if (answer && state === this.store.get().state) this.store.set({ items: answer.clusters, counts: answer.counts, lastRun: answer.last_run, listed: true });
  }

  async show(id: string | null): Promise<void> {
    this.wanted = id;
    clearTimeout(this.timer);
    this.store.set({ open: null, alert: null, loading: id !== null });
    if (id === null) return;
    const cluster = await this.attempt(() => this.api.call<Cluster>(`/learning/${id}`));
    if (this.wanted !== id) return;
    this.store.set({ open: cluster, loading: false });
    this.watch();
  }

  /** Asks for a run, and waits for the end of one that has read what there was when it was asked for. */
  async look(): Promise<void> {
    this.store.set({ looking: true });
    const until = Date.now() + LOOK_FOR_MS;
    const asked = await this.attempt(() => this.api.call<{ asked_at: string }>("/learning/run", {}));
    const since = asked ? Date.parse(asked.asked_at) : 0;
    while (asked && this.running && Date.now() < until) {
      await new Promise((done) => setTimeout(done, WATCH_EVERY_MS));
      await this.list();
      const { lastRun } = this.store.get();
      if (lastRun && Date.parse(lastRun.read_until) >= since) break;
    }
    this.store.set({ looking: false });
  }

  async accept(article: string, phrasings: Phrasing[]): Promise<void> {
    await this.decide("accept", { article, phrasings });
  }

  async draft(title: string, body: string): Promise<void> {
    const made = (await this.decide("draft", { title, body })) as { article: string; language: string } | null;
    if (made) go("articles", made.article, made.language);
  }

  async dismiss(reason: string, note: string): Promise<void> {
    await this.decide("dismiss", { reason, note });
  }

  async reopen(): Promise<void> {
    await this.decide("reopen", {});
  }

  private async decide(what: string, body: object): Promise<unknown> {
    const { open, busy } = this.store.get();
    if (!open || busy) return null;
    this.store.set({ busy: true, alert: null });
    const answer = await this.attempt(() => this.api.call<unknown>(`/learning/${open.id}/${what}`, body));
    if (answer) await Promise.all([this.list(), this.reload(open.id)]);
    this.store.set({ busy: false });
    return answer;
  }

  private async reload(id: string): Promise<void> {
    const cluster = await this.attempt(() => this.api.call<Cluster>(`/learning/${id}`));
    if (!cluster || this.wanted !== id) return;
    this.store.set({ open: cluster });
    this.watch();
  }

  /** Follows a publication to its end. */
  private watch(): void {
    clearTimeout(this.timer);
    const { open } = this.store.get();
    if (!this.running || !open || !underWay(open)) return;
    this.timer = setTimeout(() => {
      void this.reload(open.id).then(() => {
        if (!underWay(this.store.get().open)) void this.list();
      });
    }, WATCH_EVERY_MS);
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
