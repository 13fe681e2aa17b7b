import { newId } from "../common/ids";
import type {
  AgentProfile,
  ConsoleFrame,
  ConversationEvent,
  ConversationItem,
  Counts,
  RoutingRecord,
} from "../common/protocol";
import { Store } from "../common/store";
import { Api, ApiError, type ViewName } from "./api";
import { announce } from "./notify";
import { sectionOf } from "./sections";
import { LiveSocket } from "./socket";
import { strings } from "./strings";

export interface Sending {
  id: string;
  conversation: string;
  kind: "messages" | "notes";
  text: string;
  error: string | null;
  eventId: number | null;
}

export interface OpenTranscript {
  events: ConversationEvent[];
  records: Record<string, RoutingRecord>;
}

export interface DeskState {
  phase: "loading" | "signed-out" | "ready";
  agent: AgentProfile | null;
  items: Record<string, ConversationItem>;
  counts: Counts;
  listed: boolean;
  view: ViewName;
  filter: string;
  openId: string | null;
  transcript: OpenTranscript | null;
  loadError: string | null;
  sending: Sending[];
  /** Event ids up to which this agent has looked at a conversation. */
  seen: Record<string, number>;
  link: "connecting" | "live" | "lost";
  customerTyping: boolean;
  /** A word about the open conversation that must not be missed, such as a lost race. */
  alert: string | null;
  toast: string | null;
  busy: boolean;
}

const TYPING_SHOWN_MS = 5_000;
const TYPING_SENT_EVERY_MS = 3_000;

export function inView(item: ConversationItem, view: ViewName, agentId: string | undefined): boolean {
  if (view === "waiting") return item.owner === "waiting";
  if (view === "mine") return item.owner === "human" && item.agent?.id === agentId;
  if (view === "open") return item.owner === "waiting" || item.owner === "human";
  return true;
}

/** Waiting first, in the queue's order; then whatever moved last. */
export function inOrder(items: ConversationItem[], view: ViewName): ConversationItem[] {
  const rank = (item: ConversationItem) =>
    view !== "all" && item.owner === "waiting" ? (item.position ?? Number.MAX_SAFE_INTEGER - 1) : Number.MAX_SAFE_INTEGER;
  return [...items].sort((a, b) => rank(a) - rank(b) || b.updated_at.localeCompare(a.updated_at));
}

export function matches(item: ConversationItem, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  if (!wanted) return true;
  return [item.contact.name, item.contact.id, item.topic, item.team, item.language, item.summary, item.last_message?.text, item.priority]
    .join(" ")
    .replace(/_/g, " ")
    .toLowerCase()
    .includes(wanted);
}

const EMPTY: DeskState = {
  phase: "loading",
  agent: null,
  items: {},
  counts: { waiting: 0, mine: 0, open: 0 },
  listed: false,
  view: "waiting",
  filter: "",
  openId: null,
  transcript: null,
  loadError: null,
  sending: [],
  seen: {},
  link: "connecting",
  customerTyping: false,
  alert: null,
  toast: null,
  busy: false,
};

/** Everything an agent sees and does, kept in step with the server. */
export class Desk {
  readonly store = new Store<DeskState>({ ...EMPTY });
  readonly drafts = new Map<string, string>();
  readonly api = new Api(() => this.leave());
  private readonly socket = new LiveSocket({
    opened: () => void this.resync(),
    lost: () => this.store.set({ link: "lost" }),
    frame: (frame) => this.receive(frame),
  });
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private typingSentAt = 0;

  async begin(): Promise<void> {
    try {
      await this.enter(await this.api.me());
    } catch (error) {
      this.store.set({ phase: "signed-out" });
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Signs in; the server's words if it refuses, else null. */
  async signIn(email: string, password: string): Promise<string | null> {
    try {
      await this.enter(await this.api.signIn(email, password));
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  }

  async signOut(): Promise<void> {
    await this.attempt(() => this.api.signOut());
    this.leave();
  }

  async setStatus(status: "online" | "away"): Promise<void> {
    const agent = await this.attempt(() => this.api.setStatus(status));
    if (agent) this.store.set({ agent });
  }

  show(view: ViewName): void {
    this.store.set({ view, listed: view !== "all" || this.store.get().listed });
    if (view === "all") void this.load("all");
  }

  setFilter(filter: string): void {
    this.store.set({ filter });
  }

  /** The conversations of the current view, in order. */
  visible(): ConversationItem[] {
    const { items, view, agent, filter } = this.store.get();
    return inOrder(
      Object.values(items).filter((item) => inView(item, view, agent?.id) && matches(item, filter)),
      view,
    );
  }

  async open(id: string | null): Promise<void> {
    if (id === this.store.get().openId) return;
    this.store.set({ openId: id, transcript: null, loadError: null, alert: null, customerTyping: false });
    const hash = id ? `#${id}` : "";
    if (window.location.hash !== hash) window.history.pushState(null, "", hash || window.location.pathname);
    this.socket.send({ type: "watch", conversation_id: null });
    if (id) await this.loadTranscript(id);
  }

  async loadTranscript(id: string): Promise<void> {
    try {
      const { conversation, events, records } = await this.api.conversation(id);
      this.mergeItem(conversation);
      if (this.store.get().openId !== id) return;
      this.store.set({ transcript: { events, records }, loadError: null });
      this.look();
      this.socket.send({ type: "watch", conversation_id: id, after: this.lastEvent() });
    } catch (error) {
      if (this.store.get().openId === id) {
        this.store.set({ loadError: error instanceof ApiError ? error.message : strings.loadFailed });
      }
    }
  }

  move(step: 1 | -1): void {
    const list = this.visible();
    if (!list.length) return;
    const at = list.findIndex((item) => item.id === this.store.get().openId);
    const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step));
    void this.open(list[next]?.id ?? null);
  }

  async take(): Promise<boolean> {
    const item = this.current();
    if (!item || this.store.get().busy) return false;
    this.store.set({ busy: true, alert: null });
    try {
      this.mergeItem(await this.api.take(item.id, item.version));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.store.set({ alert: error.message });
      if (error.status === 409) await this.loadTranscript(item.id);
      return false;
    } finally {
      this.store.set({ busy: false });
    }
  }

  async close(reason: string): Promise<void> {
    await this.act((id) => this.api.close(id, reason));
  }

  async giveBack(): Promise<void> {
    await this.act((id) => this.api.giveBack(id));
  }

  async write(kind: "messages" | "notes", text: string): Promise<void> {
    const conversation = this.store.get().openId;
    if (!conversation) return;
    const sending: Sending = { id: newId(), conversation, kind, text, error: null, eventId: null };
    this.store.set({ sending: [...this.store.get().sending, sending] });
    await this.deliver(sending);
  }

  async retry(id: string): Promise<void> {
    const sending = this.store.get().sending.find((one) => one.id === id);
    if (!sending) return;
    this.patchSending(id, { error: null });
    await this.deliver(sending); // the same id: if the first try did arrive, nothing is doubled
  }

  discard(id: string): void {
    this.store.set({ sending: this.store.get().sending.filter((one) => one.id !== id) });
  }

  typing(): void {
    const item = this.current();
    const now = Date.now();
    if (!item || item.owner !== "human" || now - this.typingSentAt < TYPING_SENT_EVERY_MS) return;
    this.typingSentAt = now;
    this.api.typing(item.id).catch(() => undefined); // a courtesy; its loss is no loss
  }

  dismissAlert(): void {
    this.store.set({ alert: null });
  }

  nudge(): void {
    this.socket.nudge();
    this.look();
  }

  current(): ConversationItem | null {
    const { openId, items } = this.store.get();
    return openId ? (items[openId] ?? null) : null;
  }

  private async enter(agent: AgentProfile): Promise<void> {
    this.store.set({ ...EMPTY, phase: "ready", agent });
    // The list first, then the line: what the line brings that the list did not have is news.
    await this.load("open");
    this.socket.start();
    const id = window.location.hash.slice(1);
    if (sectionOf(id) === "conversations" && /^[\w-]{1,64}$/.test(id)) await this.open(id);
  }

  private leave(): void {
    this.socket.stop();
    this.drafts.clear();
    this.store.set({ ...EMPTY, phase: "signed-out" });
  }

  private async load(view: ViewName): Promise<void> {
    const answer = await this.attempt(() => this.api.list(view));
    if (!answer) return;
    const { items, openId } = this.store.get();
    const loaded = Object.fromEntries(answer.conversations.map((item) => [item.id, item]));
    const current = openId ? items[openId] : undefined;
    // What is not in the answer is gone, but the conversation in sight stays in sight.
    const kept = view === "all" ? items : current ? { [current.id]: current } : {};
    this.store.set({ items: { ...kept, ...loaded }, counts: answer.counts, listed: true });
  }

  private async resync(): Promise<void> {
    const { view, openId, transcript } = this.store.get();
    this.store.set({ link: "live" });
    await this.load("open");
    if (view === "all") await this.load("all");
    if (openId && transcript) this.socket.send({ type: "watch", conversation_id: openId, after: this.lastEvent() });
    else if (openId) await this.loadTranscript(openId);
  }

  private receive(frame: ConsoleFrame): void {
    const { items, openId } = this.store.get();
    switch (frame.type) {
      case "conversation": {
        const before = items[frame.conversation.id];
        this.mergeItem(frame.conversation);
        if (frame.conversation.owner === "waiting" && before?.owner !== "waiting") {
          announce(frame.conversation, () => void this.open(frame.conversation.id));
        }
        break;
      }
      case "removed":
        if (frame.id !== openId && this.store.get().view !== "all") {
          const { [frame.id]: _gone, ...rest } = items;
          this.store.set({ items: rest });
        }
        break;
      case "event":
        if (frame.conversation_id === openId) this.append(frame.event);
        break;
      case "record":
        if (frame.conversation_id === openId) this.addRecord(frame.event_id, frame.record);
        break;
      case "counts":
        this.store.set({ counts: frame.counts });
        break;
      case "typing":
        if (frame.conversation_id !== openId || frame.actor !== "customer") break;
        clearTimeout(this.typingTimer);
        this.store.set({ customerTyping: true });
        this.typingTimer = setTimeout(() => this.store.set({ customerTyping: false }), TYPING_SHOWN_MS);
        break;
      case "pong":
      case "error":
        break;
    }
  }

  private mergeItem(item: ConversationItem): void {
    const { items } = this.store.get();
    const known = items[item.id];
    // Answers and frames cross on the way; an older picture never replaces a newer one.
    if (known && (known.version > item.version || known.last_event_id > item.last_event_id)) return;
    this.store.set({ items: { ...items, [item.id]: item } });
  }

  private append(event: ConversationEvent): void {
    const { transcript, sending } = this.store.get();
    if (!transcript) return;
    if (!transcript.events.some((known) => known.id === event.id)) {
      const events = [...transcript.events, event].sort((a, b) => a.id - b.id);
      this.store.set({ transcript: { ...transcript, events } });
    }
    if (event.actor === "customer") this.store.set({ customerTyping: false });
    const left = sending.filter((one) => one.id !== event.client_message_id && one.eventId !== event.id);
    if (left.length !== sending.length) this.store.set({ sending: left });
    this.look();
  }

  private addRecord(eventId: number, record: RoutingRecord): void {
    const { transcript } = this.store.get();
    if (!transcript) return;
    this.store.set({ transcript: { ...transcript, records: { ...transcript.records, [eventId]: record } } });
  }

  /** The open conversation counts as seen while the page is in front. */
  private look(): void {
    const { openId, seen } = this.store.get();
    const last = this.lastEvent();
    if (openId && document.visibilityState === "visible" && last > (seen[openId] ?? 0)) {
      this.store.set({ seen: { ...seen, [openId]: last } });
    }
  }

  private lastEvent(): number {
    const events = this.store.get().transcript?.events ?? [];
    return events[events.length - 1]?.id ?? 0;
  }

  private async deliver(sending: Sending): Promise<void> {
    try {
      const { event_id } = await this.api.write(sending.conversation, sending.kind, sending.id, sending.text);
      const { openId, transcript } = this.store.get();
      const shown = openId !== sending.conversation || transcript?.events.some((event) => event.id === event_id);
      if (shown) this.discard(sending.id);
      else this.patchSending(sending.id, { eventId: event_id });
      // The line may be down while requests pass: the log is asked instead.
      if (!shown && this.store.get().link !== "live") await this.loadTranscript(sending.conversation);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.patchSending(sending.id, { error: error.message });
    }
  }

  private patchSending(id: string, part: Partial<Sending>): void {
    this.store.set({ sending: this.store.get().sending.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  }

  private async act(action: (id: string) => Promise<ConversationItem>): Promise<void> {
    const item = this.current();
    if (!item || this.store.get().busy) return;
    this.store.set({ busy: true, alert: null });
    try {
      this.mergeItem(await action(item.id));
      if (this.store.get().link !== "live") await this.loadTranscript(item.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.store.set({ alert: error.message });
    } finally {
      this.store.set({ busy: false });
    }
  }

  /** Does something that is not about one conversation; a failure is told in passing. */
  private async attempt<T>(action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) {
        this.store.set({ toast: error.message });
        clearTimeout(this.toastTimer);
        this.toastTimer = setTimeout(() => this.store.set({ toast: null }), 6_000);
      }
      return null;
    }
  }
}
