import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStorage } from "../common/storage";
import { Outbox } from "../widget/panel/outbox";

let storage: MemoryStorage;
let time: number;
const open = () => new Outbox(storage, () => undefined, () => time);
const texts = (outbox: Outbox) => outbox.list().map((entry) => (entry.body.kind === "text" ? entry.body.text : entry.body.kind));

beforeEach(() => {
  storage = new MemoryStorage();
  time = 1_000;
});

describe("an outbox", () => {
  it("gives back after a reload what was not confirmed, in order and under the same ids", () => {
    const before = open();
    const first = before.add({ kind: "text", text: "one" });
    before.add({ kind: "text", text: "two" });
    before.sent(first.id);
    const after = open();
    expect(texts(after)).toEqual(["one", "two"]);
    expect(after.list()[0]?.id).toBe(first.id);
    expect(after.due(0).map((entry) => entry.delivery)).toEqual(["waiting", "waiting"]);
  });

  it("forgets on disk what is confirmed, and shows it until its event comes", () => {
    const outbox = open();
    const entry = outbox.add({ kind: "text", text: "one" });
    outbox.sent(entry.id);
    outbox.acked(entry.id, 7);
    expect(texts(open())).toEqual([]);
    expect(texts(outbox)).toEqual(["one"]);
    outbox.seen(entry.id, 7);
    expect(texts(outbox)).toEqual([]);
  });

  it("takes the event as proof even if the confirmation was lost", () => {
    const outbox = open();
    const entry = outbox.add({ kind: "text", text: "one" });
    outbox.sent(entry.id);
    outbox.seen(entry.id, 7);
    expect(texts(outbox)).toEqual([]);
    expect(texts(open())).toEqual([]);
  });

  it("sends again what was written to a line that is gone", () => {
    const outbox = open();
    const entry = outbox.add({ kind: "text", text: "one" });
    outbox.sent(entry.id);
    expect(outbox.due(Number.POSITIVE_INFINITY)).toEqual([]);
    outbox.unsend();
    expect(outbox.due(Number.POSITIVE_INFINITY).map((due) => due.id)).toEqual([entry.id]);
  });

  it("sends again what stays unconfirmed on a living line", () => {
    const outbox = open();
    const entry = outbox.add({ kind: "text", text: "one" });
    outbox.sent(entry.id);
    time += 5_000;
    expect(outbox.due(10_000)).toEqual([]);
    time += 5_000;
    expect(outbox.due(10_000)).toHaveLength(1);
  });

  it("keeps a refused message, with the reason, until it is retried or discarded", () => {
    const outbox = open();
    const entry = outbox.add({ kind: "choice", token: "t", label: "Flexible" });
    outbox.failed(entry.id, "bad_choice");
    expect(open().list()[0]).toMatchObject({ delivery: "failed", error: "bad_choice" });
    expect(outbox.due(0)).toEqual([]);
    outbox.retry(entry.id);
    expect(outbox.due(0)).toHaveLength(1);
    outbox.discard(entry.id);
    expect(open().list()).toEqual([]);
  });

  it("keeps the order of two messages of the same millisecond", () => {
    const outbox = open();
    outbox.add({ kind: "text", text: "b" });
    outbox.add({ kind: "text", text: "a" });
    expect(texts(open())).toEqual(["b", "a"]);
  });

  it("takes over what another tab left, once, and drops what it has delivered", () => {
    const here = open();
    const there = open();
    const entry = there.add({ kind: "text", text: "one" });
    here.adopt();
    here.adopt();
    expect(texts(here)).toEqual(["one"]);
    const key = storage.keys()[0] ?? "";
    there.acked(entry.id, 3);
    here.removedElsewhere(key);
    expect(texts(here)).toEqual([]);
  });

  it("throws away what it cannot read", () => {
    storage.set("teller:out:0001:x", "{");
    expect(open().list()).toEqual([]);
    expect(storage.keys()).toEqual([]);
  });
});
