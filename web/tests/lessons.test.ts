import { afterEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../console/api";
import { chosen, fits, Lessons, underWay, type Candidate, type Choice, type Cluster } from "../console/learning/lessons";
import { words } from "../console/learning/words";
import { pathOf, sectionOf } from "../console/sections";

const gifts: Candidate = { article: "presents", title: "Presents", score: 0.5, first: 0.4, languages: ["en", "es"] };
const choice = (text: string, more: Partial<Choice> = {}): Choice => ({ text, language: "en", taken: true, ...more });

describe("phrasings for an article", () => {
  it("are those that are taken, not empty, and in a language of the article", () => {
    const choices = [choice(" gift cards? "), choice("left out", { taken: false }), choice("   "), choice("hediye kartı", { language: "tr" })];
    expect(chosen(choices, gifts)).toEqual([{ text: "gift cards?", language: "en" }]);
  });

  it("may be in any language where the article is named by hand: the server knows", () => {
    expect([fits(choice("x", { language: "tr" }), null), fits(choice("x", { language: "tr" }), gifts)]).toEqual([true, false]);
    expect(chosen([choice("hediye", { language: "tr" })], null)).toHaveLength(1);
  });
});

it("follows a publication until it has ended", () => {
  const after = (state: string) => underWay({ publication: { id: 1, state, findings: [] } } as unknown as Cluster);
  expect(["queued", "building", "checking", "live", "failed"].map(after)).toEqual([true, true, true, false, false]);
  expect(underWay(null)).toBe(false);
});

it("has an address of its own", () => {
  expect([sectionOf("#learning/abc"), pathOf("#learning/abc")]).toEqual(["learning", ["abc"]]);
});

it("counts customers in words", () => {
  expect([words.people(1), words.people(7), words.draftMore(1).startsWith("An agent's")]).toEqual(["1 customer", "7 customers", true]);
});

describe("looking for new ones", () => {
  afterEach(() => void vi.useRealTimers());

  it("goes on past a run that had read before it was asked for", async () => {
    vi.useFakeTimers();
    // The first list comes late, as on a busy machine: nothing is known yet of earlier runs.
    const reads = ["10:00:00", "10:00:00", "10:00:30", "10:01:00"].map((time) => `2026-11-22T${time}+00:00`);
    let listed = 0;
    const api = {
      async call(path: string) {
        if (path === "/learning/run") return { queued: true, asked_at: "2026-11-22T10:00:40.123456+00:00" };
        const read_until = reads[Math.min(listed++, reads.length - 1)];
        return { clusters: [], counts: { open: 0, accepted: 0, dismissed: 0 }, last_run: { at: read_until, read_until, gaps: 5 } };
      },
    } as unknown as Api;
    const lessons = new Lessons(api);
    lessons.start();
    const looked = lessons.look();

    await vi.advanceTimersByTimeAsync(2_000);
    expect(lessons.store.get().looking).toBe(true);
    await vi.advanceTimersByTimeAsync(2_000);
    await looked;
    expect([lessons.store.get().looking, lessons.store.get().lastRun?.read_until]).toEqual([false, reads[3]]);
    lessons.stop();
  });
});
