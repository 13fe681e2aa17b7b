import { describe, expect, it } from "vitest";
import type { ConversationItem, RoutingRecord } from "../common/protocol";
import { elapsed } from "../common/time";
import { inOrder, inView, matches } from "../console/desk";
import { percent, words } from "../console/labels";
import { articles, readings } from "../console/Record";

const item = (id: string, more: Partial<ConversationItem> = {}): ConversationItem => ({
  id,
  owner: "waiting",
  version: 1,
  channel: "widget",
  contact: { id: "c", name: "Mira" },
  language: "en",
  topic: "account_security",
  priority: "normal",
  team: "security",
  reason: null,
  summary: null,
  waiting_since: null,
  position: null,
  agent: null,
  last_message: null,
  updated_at: "2026-11-22T10:00:00Z",
  last_event_id: 1,
  ...more,
});

describe("the list", () => {
  it("shows the waiting in the queue's order, then the rest by last activity", () => {
    const list = [
      item("old", { owner: "human", updated_at: "2026-11-22T09:00:00Z" }),
      item("second", { position: 2 }),
      item("new", { owner: "human", updated_at: "2026-11-22T11:00:00Z" }),
      item("first", { position: 1 }),
    ];
    expect(inOrder(list, "open").map((one) => one.id)).toEqual(["first", "second", "new", "old"]);
  });

  it("knows whose conversation is whose", () => {
    const mine = item("x", { owner: "human", agent: { id: "a1", name: "Ana" } });
    expect([inView(mine, "mine", "a1"), inView(mine, "mine", "a2"), inView(mine, "waiting", "a1"), inView(mine, "open", "a2")]).toEqual([true, false, false, true]);
    expect(inView(item("y", { owner: "bot" }), "open", "a1")).toBe(false);
  });

  it("filters by what is seen", () => {
    expect(matches(item("x"), "account sec")).toBe(true);
    expect(matches(item("x"), "MIRA")).toBe(true);
    expect(matches(item("x"), "deposit")).toBe(false);
  });
});

describe("a routing record", () => {
  const record: RoutingRecord = {
    intent: "withdraw_fee",
    article: "withdrawal-fees",
    alternatives: [
      { intent: "withdraw_fee", confidence: 0.9 },
      { intent: "withdraw_limit", confidence: 0.05 },
      { article: "withdrawal-limits", title: "Limits", score: 0.5 },
    ],
  };

  it("lists the other readings, not the chosen one again", () => {
    expect(readings(record)).toEqual([{ intent: "withdraw_limit", confidence: 0.05 }]);
  });

  it("shows the article that was used even if the search did not list it", () => {
    expect(articles(record).map((one) => [one.article, one.used])).toEqual([
      ["withdrawal-fees", true],
      ["withdrawal-limits", false],
    ]);
  });

  it("survives a record with nothing in it", () => {
    expect([readings({}), articles({})]).toEqual([[], []]);
  });
});

it("reads slugs and numbers out", () => {
  expect([words("withdraw_limits_fees"), words("kyc_rejected"), percent(0.999), percent(1), percent(0.004)]).toEqual(["Withdraw limits fees", "KYC rejected", "99 %", "100 %", "0 %"]);
});

it("ticks a waiting time", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(["2026-11-22T11:59:18Z", "2026-11-22T11:00:01Z", "2026-11-22T09:56:00Z", "2026-11-20T09:00:00Z", "2026-11-22T12:05:00Z"].map((at) => elapsed(at, now))).toEqual(["0:42", "59:59", "2 h 04 min", "2 d 3 h", "0:00"]);
});
