import { Backoff } from "../../common/backoff";
import type {
  ConversationEvent,
  ConversationState,
  Outgoing,
  ServerError,
  SessionCreated,
} from "../../common/protocol";
import type { KeyValues } from "../../common/storage";
import { Store } from "../../common/store";
import { Connection, type ConnectionHandlers, type ConnectionOptions, type Link } from "./connection";
import { Outbox, type Entry } from "./outbox";

export interface PanelState {
  link: Link;
  /** When the line was lost, or null while it is up. */
  lostAt: number | null;
  online: boolean;
  conversation: ConversationState | null;
  events: ConversationEvent[];
  outgoing: readonly Entry[];
  typing: "agent" | "assistant" | null;
  /** The log up to the moment of connecting has been replayed, so that what follows is new. */
  caughtUp: boolean;
  /** The server ended the earlier session; shown once. */
  restarted: boolean;
  readUpTo: number;
}

const SESSION = "teller:session";
const READ = "teller:read";
const RESEND_MS = 12_000;
const SWEEP_MS = 15_000;
const TYPING_SHOWN_MS = 6_000;
const TYPING_SENT_EVERY_MS = 3_000;

/** The customer's side of one conversation: session, log, outbox and connection behind one store. */
export class Client {
  readonly store: Store<PanelState>;
  private readonly outbox: Outbox;
  private readonly connection: Connection;
  private readonly sessionBackoff = new Backoff({ base: 1000, cap: 30_000 });
  private session: string | null;
  private replayTo = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private typingSentAt = 0;
  private sweepTimer: ReturnType<typeof setInterval> | undefined;
  private holdTimer: ReturnType<typeof setTimeout> | undefined;
  private started = false;

  constructor(
    private readonly storage: KeyValues,
    private readonly options: ConnectionOptions & { locale: () => string },
  ) {
    this.session = storage.get(SESSION);
    this.store = new Store<PanelState>({
      link: "stopped",
      lostAt: null,
      online: navigator.onLine !== false,
      conversation: null,
      events: [],
      outgoing: [],
      typing: null,
      caughtUp: false,
      restarted: false,
      readUpTo: 0,
    });
    this.outbox = new Outbox(storage, () => this.store?.set({ outgoing: this.outbox?.list() ?? [] }));
    this.store.set({ outgoing: this.outbox.list() });
    const handlers: ConnectionHandlers = {
      session: () => this.session ?? "",
      lastEventId: () => this.lastEventId(),
      link: (link) => this.linkChanged(link),
      welcome: (conversation, lastEventId) => this.welcome(conversation, lastEventId),
      state: (conversation) => this.store.set({ conversation }),
      event: (event) => this.append(event),
      typing: (actor) => this.showTyping(actor),
      ack: (id, eventId) => this.ack(id, eventId),
      error: (error, id) => this.refused(error, id),
      sessionGone: () => this.sessionGone(),
    };
    this.connection = new Connection(handlers, options);
  }

  /** True once something is stored that is worth being connected for while the panel is closed. */
  get active(): boolean {
    return this.session !== null;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.sweepTimer = setInterval(() => this.sweep(), SWEEP_MS);
    void this.connect();
  }

  send(body: Outgoing): void {
    this.outbox.add(body);
    this.start();
    this.flush();
  }

  retry(id: string): void {
    this.outbox.retry(id);
    this.flush();
  }

  discard(id: string): void {
    this.outbox.discard(id);
  }

  typing(): void {
    const now = Date.now();
    if (now - this.typingSentAt < TYPING_SENT_EVERY_MS) return;
    this.typingSentAt = now;
    this.connection.typing();
  }

  /** Everything shown so far has been seen by the customer. */
  markRead(): void {
    const conversation = this.store.get().conversation;
    const last = this.lastEventId();
    if (!conversation || last <= this.store.get().readUpTo) return;
    this.storage.set(READ, JSON.stringify({ conversation: conversation.id, id: last }));
    this.store.set({ readUpTo: last });
  }

  nudge(): void {
    this.store.set({ online: navigator.onLine !== false });
    this.connection.nudge();
  }

  /** Forgets session, log and unsent messages on this device: the customer has signed out. */
  reset(): void {
    this.stop();
    this.storage.remove(SESSION);
    this.storage.remove(READ);
    this.outbox.clear();
    this.forget();
    this.session = null;
  }

  /** Another tab has changed what is stored. */
  storageChanged(key: string | null, value: string | null): void {
    if (key === null) {
      this.reset();
    } else if (key === SESSION && value !== this.session) {
      const wasStarted = this.started;
      this.stop();
      this.forget();
      this.session = value;
      if (wasStarted && value) this.start();
    } else if (key === READ && value) {
      this.loadRead();
    } else if (value === null) {
      this.outbox.removedElsewhere(key);
    }
  }

  private stop(): void {
    this.started = false;
    clearInterval(this.sweepTimer);
    clearTimeout(this.holdTimer);
    this.connection.stop();
  }

  private forget(): void {
    this.replayTo = 0;
    this.store.set({
      conversation: null,
      events: [],
      typing: null,
      caughtUp: false,
      lostAt: null,
      readUpTo: 0,
      restarted: false,
    });
  }

  private lastEventId(): number {
    const events = this.store.get().events;
    return events[events.length - 1]?.id ?? 0;
  }

  private async connect(): Promise<void> {
    while (this.started && !this.session) {
      try {
        await this.createSession();
      } catch {
        if (this.store.get().lostAt === null) this.store.set({ lostAt: Date.now() });
        await new Promise((resolve) => setTimeout(resolve, this.sessionBackoff.next()));
      }
    }
    if (this.started) this.connection.start();
  }

  /** Two tabs opened together must share one session, so only one of them may ask for it at a time. */
  private async createSession(): Promise<void> {
    const create = async () => {
      const shared = this.storage.get(SESSION);
      if (shared) {
        this.session = shared;
        return;
      }
      const response = await (this.options.fetch ?? fetch)(`${this.options.origin}/api/widget/sessions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ locale: this.options.locale() }),
      });
      if (!response.ok) throw new Error(String(response.status));
      const created = (await response.json()) as SessionCreated;
      this.session = created.session;
      this.storage.set(SESSION, created.session);
      this.sessionBackoff.reset();
      this.store.set({ conversation: created.conversation });
    };
    if (navigator.locks) await navigator.locks.request("teller:session", create);
    else await create();
  }

  private sessionGone(): void {
    // Unsent messages stay in the outbox and go out under the new session.
    if (this.storage.get(SESSION) === this.session) this.storage.remove(SESSION);
    const hadHistory = this.store.get().events.length > 0;
    this.session = null;
    this.connection.stop();
    this.outbox.unsend();
    this.forget();
    this.store.set({ restarted: hadHistory });
    void this.connect();
  }

  private linkChanged(link: Link): void {
    const up = link === "live" || link === "polling";
    const { lostAt } = this.store.get();
    this.store.set({ link, lostAt: up ? null : link === "connecting" ? (lostAt ?? Date.now()) : lostAt });
    if (up) {
      this.outbox.adopt();
      this.flush();
    } else {
      this.outbox?.unsend();
    }
  }

  private welcome(conversation: ConversationState, lastEventId: number): void {
    if (this.store.get().conversation?.id !== conversation.id) this.loadRead(conversation.id);
    this.replayTo = lastEventId;
    this.store.set({ conversation, caughtUp: this.lastEventId() >= lastEventId });
  }

  private loadRead(conversationId = this.store.get().conversation?.id): void {
    try {
      const read = JSON.parse(this.storage.get(READ) ?? "null") as { conversation: string; id: number } | null;
      this.store.set({ readUpTo: read && read.conversation === conversationId ? read.id : 0 });
    } catch {
      this.store.set({ readUpTo: 0 });
    }
  }

  private append(event: ConversationEvent): void {
    const events = this.store.get().events;
    const last = this.lastEventId();
    if (event.id > last) this.store.set({ events: [...events, event] });
    else if (!events.some((known) => known.id === event.id)) {
      this.store.set({ events: [...events, event].sort((a, b) => a.id - b.id) });
    }
    this.outbox.seen(event.client_message_id, event.id);
    if (event.type === "message" && event.actor !== "customer") {
      clearTimeout(this.typingTimer);
      this.store.set({ typing: null });
    }
    if (this.lastEventId() >= this.replayTo) this.store.set({ caughtUp: true });
  }

  private ack(id: string, eventId: number): void {
    this.outbox.acked(id, eventId);
    if (this.store.get().events.some((event) => event.id === eventId)) this.outbox.seen(id, eventId);
  }

  private refused(error: ServerError, id: string | null): void {
    if (!id) return;
    if (error.code === "rate_limited") {
      this.outbox.hold(id, error.code);
      clearTimeout(this.holdTimer);
      this.holdTimer = setTimeout(() => this.flush(), Math.max(1, error.retry_after ?? 5) * 1000);
      return;
    }
    this.outbox.failed(id, error.code);
  }

  private flush(resendAfter = Number.POSITIVE_INFINITY): void {
    const { link } = this.store.get();
    if (link !== "live" && link !== "polling") return;
    for (const entry of this.outbox.due(resendAfter)) {
      if (!this.connection.deliver(entry)) return; // order is kept: nothing overtakes what waits
      this.outbox.sent(entry.id);
    }
  }

  /** Repeats what was not confirmed in time, and takes over what a closed tab left unsent. */
  private sweep(): void {
    this.outbox.adopt();
    this.flush(RESEND_MS);
  }

  private showTyping(actor: "agent" | "assistant"): void {
    clearTimeout(this.typingTimer);
    this.store.set({ typing: actor });
    this.typingTimer = setTimeout(() => this.store.set({ typing: null }), TYPING_SHOWN_MS);
  }
}
