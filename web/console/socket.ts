import { Backoff } from "../common/backoff";
import type { ConsoleFrame } from "../common/protocol";

const HEARTBEAT_MS = 25_000;
const ANSWER_MS = 10_000;
const STEADY_MS = 5_000;

/** The console's live line. It dials again for ever; `opened` is the moment to bring everything up to date. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private wanted = false;
  private readonly backoff = new Backoff();
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  constructor(
    private readonly handlers: { opened(): void; lost(): void; frame(frame: ConsoleFrame): void },
    private readonly url = `${window.location.origin.replace(/^http/, "ws")}/api/agent/socket`,
  ) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.open();
  }

  stop(): void {
    this.wanted = false;
    this.drop();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }

  nudge(): void {
    if (!this.wanted || this.socket) return;
    this.backoff.reset();
    this.open();
  }

  send(frame: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private open(): void {
    this.clear("retry");
    if (!this.wanted || this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.after("answer", ANSWER_MS, () => this.closed(socket));
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.clear("answer");
      this.after("steady", STEADY_MS, () => this.backoff.reset());
      this.beat();
      this.handlers.opened();
    };
    socket.onmessage = (message) => {
      if (socket !== this.socket) return;
      this.clear("answer");
      try {
        this.handlers.frame(JSON.parse(String(message.data)) as ConsoleFrame);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    };
    socket.onclose = () => this.closed(socket);
  }

  private beat(): void {
    this.after("beat", HEARTBEAT_MS, () => {
      const socket = this.socket;
      if (!socket) return;
      this.send({ type: "ping" });
      this.after("answer", ANSWER_MS, () => this.closed(socket));
      this.beat();
    });
  }

  private closed(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.drop();
    this.handlers.lost();
    if (this.wanted) this.after("retry", this.backoff.next(), () => this.open());
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    for (const name of ["answer", "beat", "steady"]) this.clear(name);
    socket?.close();
  }

  private after(name: string, milliseconds: number, action: () => void): void {
    this.clear(name);
    this.timers[name] = setTimeout(action, milliseconds);
  }

  private clear(name: string): void {
    clearTimeout(this.timers[name]);
    delete this.timers[name];
  }
}
