import { Backoff } from "../../common/backoff";
import type { ConversationEvent, ConversationState, ServerError, WidgetFrame } from "../../common/protocol";
import type { Entry } from "./outbox";

/** live: socket; polling: long-poll, the socket cannot be had; connecting: trying; stopped: not wanted. */
export type Link = "stopped" | "connecting" | "live" | "polling";

export interface ConnectionHandlers {
  session(): string;
  lastEventId(): number;
  link(link: Link): void;
  welcome(conversation: ConversationState, lastEventId: number): void;
  state(conversation: ConversationState): void;
  event(event: ConversationEvent): void;
  typing(actor: "agent" | "assistant"): void;
  ack(clientMessageId: string, eventId: number): void;
  error(error: ServerError, clientMessageId: string | null): void;
  /** The server does not know the session, or it has expired. */
  sessionGone(): void;
}

export interface ConnectionOptions {
  origin: string;
  openSocket?: (url: string) => WebSocket;
  fetch?: typeof fetch;
  backoff?: Backoff;
}

export const HEARTBEAT_MS = 25_000;
const ANSWER_MS = 10_000;
const STEADY_MS = 5_000;
const SOCKET_FAILURES_BEFORE_POLLING = 2;
const SOCKET_RETRY_WHILE_POLLING_MS = 45_000;
const POLL_SECONDS = 25;

/**
 * One conversation's line to the server: a WebSocket that resumes after `lastEventId`, and long-polling
 * where sockets are blocked. It keeps trying until stopped; the log of events makes every replay harmless.
 */
export class Connection {
  private socket: WebSocket | null = null;
  private welcomed = false;
  private wanted = false;
  private socketFailures = 0;
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private poll: AbortController | null = null;
  private readonly backoff: Backoff;
  private readonly pollBackoff = new Backoff();

  constructor(
    private readonly handlers: ConnectionHandlers,
    private readonly options: ConnectionOptions,
  ) {
    this.backoff = options.backoff ?? new Backoff();
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.handlers.link("connecting");
    this.open();
  }

  stop(): void {
    this.wanted = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.poll?.abort();
    this.poll = null;
    this.dropSocket();
    this.socketFailures = 0;
    this.backoff.reset();
    this.handlers.link("stopped");
  }

  /** Try now instead of waiting out the delay: the network is back, or the page is looked at again. */
  nudge(): void {
    if (!this.wanted) return;
    if (this.welcomed) {
      this.ping();
      return;
    }
    if (this.socket) return; // an attempt is under way
    this.backoff.reset();
    this.open();
  }

  /** Writes one entry on the line; false when there is none, and the entry has to wait. */
  deliver(entry: Entry): boolean {
    if (this.welcomed && this.socket?.readyState === 1) {
      const id = entry.id;
      if (entry.body.kind === "text") this.write({ type: "message", client_message_id: id, text: entry.body.text });
      else if (entry.body.kind === "choice") this.write({ type: "choice", client_message_id: id, token: entry.body.token });
      else this.write({ type: "human", client_message_id: id });
      return true;
    }
    if (this.poll) {
      void this.post(entry);
      return true;
    }
    return false;
  }

  typing(): void {
    if (this.welcomed) this.write({ type: "typing" });
  }

  private open(): void {
    this.clear("retry");
    if (!this.wanted || this.socket) return;
    let socket: WebSocket;
    try {
      const url = `${this.options.origin.replace(/^http/, "ws")}/api/widget/socket`;
      socket = this.options.openSocket ? this.options.openSocket(url) : new WebSocket(url);
    } catch {
      this.closed(0);
      return;
    }
    this.socket = socket;
    this.welcomed = false;
    this.after("answer", ANSWER_MS, () => this.lost(socket));
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.write({ type: "hello", session: this.handlers.session(), last_event_id: this.handlers.lastEventId() });
    };
    socket.onmessage = (message) => {
      if (socket === this.socket && typeof message.data === "string") this.receive(message.data);
    };
    socket.onclose = (close) => {
      if (socket === this.socket) this.closed(close.code);
    };
    socket.onerror = () => undefined; // a close always follows
  }

  private receive(data: string): void {
    let frame: WidgetFrame;
    try {
      frame = JSON.parse(data) as WidgetFrame;
    } catch {
      return;
    }
    this.clear("answer"); // any frame proves that the line is alive
    switch (frame.type) {
      case "welcome":
        this.welcomed = true;
        this.socketFailures = 0;
        // A line that is cut right after each welcome must not be redialled at full speed.
        this.after("steady", STEADY_MS, () => this.backoff.reset());
        this.poll?.abort();
        this.poll = null;
        this.handlers.welcome(frame.conversation, frame.last_event_id);
        this.handlers.link("live");
        this.beat();
        break;
      case "event":
        this.handlers.event(frame.event);
        break;
      case "state":
        this.handlers.state(frame.conversation);
        break;
      case "typing":
        this.handlers.typing(frame.actor);
        break;
      case "ack":
        this.handlers.ack(frame.client_message_id, frame.event_id);
        break;
      case "error":
        this.handlers.error(frame, frame.client_message_id ?? null);
        break;
      case "pong":
        break;
    }
  }

  private beat(): void {
    this.after("beat", HEARTBEAT_MS, () => {
      this.ping();
      this.beat();
    });
  }

  private ping(): void {
    const socket = this.socket;
    if (!socket || this.timers.has("answer")) return;
    this.write({ type: "ping" });
    this.after("answer", ANSWER_MS, () => this.lost(socket));
  }

  /** The line is silent: a half-open connection never closes by itself. */
  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.closed(0);
  }

  private closed(code: number): void {
    const wasLive = this.welcomed;
    this.dropSocket();
    if (!this.wanted) return;
    if (code === 4401) {
      this.handlers.sessionGone();
      return;
    }
    if (!wasLive) this.socketFailures += 1;
    if (this.socketFailures >= SOCKET_FAILURES_BEFORE_POLLING) {
      if (!this.poll) void this.pollLoop();
      this.after("retry", SOCKET_RETRY_WHILE_POLLING_MS, () => this.open());
      return;
    }
    if (wasLive) this.handlers.link("connecting");
    this.after("retry", this.backoff.next(), () => this.open());
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.welcomed = false;
    this.clear("answer");
    this.clear("beat");
    this.clear("steady");
    if (!socket) return;
    try {
      socket.close();
    } catch {
      // closing a socket that never opened may throw; it is gone either way
    }
  }

  private async pollLoop(): Promise<void> {
    const poll = new AbortController();
    this.poll = poll;
    let first = true;
    while (this.wanted && this.poll === poll) {
      try {
        const wait = first ? 0 : POLL_SECONDS; // the first answer shows at once whether this way works
        const response = await this.request(`/api/widget/events?after=${this.handlers.lastEventId()}&wait=${wait}`, {
          signal: poll.signal,
        });
        if (this.poll !== poll) return;
        if (response.status === 401) {
          this.handlers.sessionGone();
          return;
        }
        if (!response.ok) throw new Error(String(response.status));
        const body = (await response.json()) as { conversation: ConversationState; events: ConversationEvent[] };
        if (this.poll !== poll) return;
        this.pollBackoff.reset();
        const last = body.events[body.events.length - 1]?.id ?? this.handlers.lastEventId();
        if (first) this.handlers.welcome(body.conversation, last);
        else this.handlers.state(body.conversation);
        for (const event of body.events) this.handlers.event(event);
        if (first) this.handlers.link("polling");
        first = false;
      } catch {
        if (this.poll !== poll) return;
        this.handlers.link("connecting");
        first = true;
        await new Promise((resolve) => this.after("poll", this.pollBackoff.next(), () => resolve(undefined)));
      }
    }
  }

  private async post(entry: Entry): Promise<void> {
    const body = {
      client_message_id: entry.id,
      ...(entry.body.kind === "text" ? { text: entry.body.text } : {}),
      ...(entry.body.kind === "choice" ? { choice: entry.body.token } : {}),
      ...(entry.body.kind === "human" ? { human: true } : {}),
    };
    try {
      const response = await this.request("/api/widget/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { event_id?: number; error?: ServerError };
      if (response.ok && answer.event_id !== undefined) this.handlers.ack(entry.id, answer.event_id);
      else if (response.status === 401) this.handlers.sessionGone();
      else if (response.status < 500 && answer.error) {
        const after = Number(response.headers.get("Retry-After")) || undefined;
        this.handlers.error({ retry_after: after, ...answer.error }, entry.id);
      }
    } catch {
      // no answer: it stays in the outbox and is sent again under the same id
    }
  }

  private request(path: string, init: RequestInit): Promise<Response> {
    const send = this.options.fetch ?? fetch;
    return send(this.options.origin + path, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${this.handlers.session()}` },
    });
  }

  private write(frame: object): void {
    try {
      this.socket?.send(JSON.stringify(frame));
    } catch {
      // the close that follows brings the entry back to waiting
    }
  }

  private after(name: string, milliseconds: number, action: () => void): void {
    this.clear(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        action();
      }, milliseconds),
    );
  }

  private clear(name: string): void {
    const timer = this.timers.get(name);
    if (timer !== undefined) clearTimeout(timer);
    this.timers.delete(name);
  }
}
