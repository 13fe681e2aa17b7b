import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Backoff } from "../common/backoff";
import type { ConversationEvent, ConversationState } from "../common/protocol";
import { MemoryStorage } from "../common/storage";
import { Client } from "../widget/panel/client";
import { HEARTBEAT_MS } from "../widget/panel/connection";

const STATE: ConversationState = { id: "c1", owner: "bot", assistant: "ready", queue: null, agent: null, pending: false };

class FakeSocket {
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  accept(lastEventId = 0): void {
    this.readyState = 1;
    this.onopen?.();
    this.receive({ type: "welcome", conversation: STATE, last_event_id: lastEventId });
  }

  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.type === type);
  }
}

let storage: MemoryStorage;
let sockets: FakeSocket[];
let requests: { path: string; body: Record<string, unknown> | null }[];
let answers: (path: string) => { status: number; body: unknown } | null;
const clients: Client[] = [];

function open(): Client {
  const client = new Client(storage, {
    origin: "https://support.example",
    locale: () => "en",
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    backoff: new Backoff({ base: 100, cap: 1000, random: () => 1 }),
    fetch: async (input, init) => {
      const path = String(input).replace("https://support.example", "");
      requests.push({ path, body: init?.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : null });
      const answer = answers(path);
      if (!answer) return new Promise<Response>(() => undefined); // never answers: a hanging long poll
      return new Response(JSON.stringify(answer.body), { status: answer.status });
    },
  });
  clients.push(client);
  return client;
}

const message = (id: number, actor: ConversationEvent["actor"], text: string, more: Partial<ConversationEvent> = {}): object => ({
  type: "event",
  event: { id, type: "message", actor, at: "2026-11-22T10:00:00Z", text, ...more },
});
const socket = (at = sockets.length - 1): FakeSocket => sockets[at]!;
const settle = () => vi.advanceTimersByTimeAsync(0);
const shown = (client: Client) => client.store.get().events.map((event) => event.text);

beforeEach(() => {
  vi.useFakeTimers();
  storage = new MemoryStorage();
  sockets = [];
  requests = [];
  answers = (path) =>
    path === "/api/widget/sessions" ? { status: 201, body: { session: `s${requests.length}`, expires_at: "", conversation: STATE } } : null;
});

afterEach(() => {
  for (const client of clients.splice(0)) client.reset();
  vi.useRealTimers();
});

describe("a conversation's client", () => {
  it("asks for a session once, keeps it, and resumes with it after a reload", async () => {
    open().start();
    await settle();
    socket().accept();
    expect(socket().sent[0]).toEqual({ type: "hello", session: "s1", last_event_id: 0 });
    open().start();
    await settle();
    socket().accept();
    expect(requests).toHaveLength(1);
    expect(socket().sent[0]).toMatchObject({ session: "s1" });
  });

  it("resumes after the last event it has, and shows none twice", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    socket().receive(message(1, "customer", "hi"));
    socket().receive(message(2, "assistant", "hello"));
    socket().fail();
    await vi.advanceTimersByTimeAsync(200);
    socket().accept(3);
    expect(socket().sent[0]).toMatchObject({ type: "hello", last_event_id: 2 });
    socket().receive(message(2, "assistant", "hello"));
    socket().receive(message(3, "assistant", "more"));
    expect(shown(client)).toEqual(["hi", "hello", "more"]);
  });

  it("sends what was written while the line was down, once it is up, in order", async () => {
    const client = open();
    client.send({ kind: "text", text: "one" });
    client.send({ kind: "text", text: "two" });
    await settle();
    socket().accept();
    expect(socket().of("message").map((frame) => frame.text)).toEqual(["one", "two"]);
  });

  it("repeats an unconfirmed message on the next line under the same id, and not a confirmed one", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    client.send({ kind: "text", text: "one" });
    client.send({ kind: "text", text: "two" });
    const [one, two] = socket().of("message");
    socket().receive({ type: "ack", client_message_id: one?.client_message_id, event_id: 1 });
    socket().fail();
    await vi.advanceTimersByTimeAsync(200);
    socket().accept();
    expect(socket().of("message")).toEqual([two]);
  });

  it("drops a message from the outbox when its event arrives", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    client.send({ kind: "text", text: "one" });
    const id = String(socket().of("message")[0]?.client_message_id);
    socket().receive(message(1, "customer", "one", { client_message_id: id }));
    expect(client.store.get().outgoing).toEqual([]);
    expect(storage.keys().filter((key) => key.startsWith("teller:out:"))).toEqual([]);
  });

  it("takes a new session when the server does not know the old one, and still sends what was unsent", async () => {
    storage.set("teller:session", "stale");
    const client = open();
    client.send({ kind: "text", text: "one" });
    await settle();
    socket().fail(4401);
    await settle();
    socket().accept();
    expect(socket().sent[0]).toMatchObject({ type: "hello", session: "s1" });
    expect(socket().of("message").map((frame) => frame.text)).toEqual(["one"]);
    expect(storage.get("teller:session")).toBe("s1");
  });

  it("waits out a rate limit and then sends the same message again", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    client.send({ kind: "text", text: "one" });
    const [frame] = socket().of("message");
    socket().receive({ type: "error", code: "rate_limited", message: "", retry_after: 3, client_message_id: frame?.client_message_id });
    expect(client.store.get().outgoing[0]).toMatchObject({ delivery: "waiting", error: "rate_limited" });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(socket().of("message")).toEqual([frame, frame]);
  });

  it("keeps a refused message as failed", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    client.send({ kind: "text", text: "x" });
    const id = socket().of("message")[0]?.client_message_id;
    socket().receive({ type: "error", code: "too_long", message: "", client_message_id: id });
    expect(client.store.get().outgoing[0]).toMatchObject({ delivery: "failed", error: "too_long" });
  });

  it("notices a line that died silently, by a heartbeat without an answer", async () => {
    const client = open();
    client.start();
    await settle();
    socket().accept();
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    expect(socket().of("ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(client.store.get().link).toBe("connecting");
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets).toHaveLength(2);
  });

  it("falls back to long-polling when sockets cannot be had, and returns when they can", async () => {
    const client = open();
    const first = message(1, "assistant", "hello") as { event: ConversationEvent };
    answers = (path) => {
      if (path === "/api/widget/sessions") return { status: 201, body: { session: "s1", expires_at: "", conversation: STATE } };
      if (path === "/api/widget/events?after=0&wait=0") return { status: 200, body: { conversation: STATE, events: [first.event] } };
      if (path === "/api/widget/messages") return { status: 202, body: { event_id: 2 } };
      return null;
    };
    client.start();
    await settle();
    socket().fail();
    await vi.advanceTimersByTimeAsync(200);
    socket().fail();
    await settle();
    expect(client.store.get().link).toBe("polling");
    expect(shown(client)).toEqual(["hello"]);
    client.send({ kind: "text", text: "one" });
    await settle();
    expect(requests.find((request) => request.path === "/api/widget/messages")?.body).toMatchObject({ text: "one" });
    expect(requests[requests.length - 1]?.path).toBe("/api/widget/messages");
    expect(requests.some((request) => request.path === "/api/widget/events?after=1&wait=25")).toBe(true);
    await vi.advanceTimersByTimeAsync(45_000);
    socket().accept(2);
    expect(client.store.get().link).toBe("live");
  });

  it("forgets everything on this device when the customer signs out", async () => {
    const client = open();
    client.send({ kind: "text", text: "one" });
    await settle();
    client.reset();
    expect(storage.keys()).toEqual([]);
    expect(client.store.get()).toMatchObject({ events: [], outgoing: [], conversation: null });
  });
});
