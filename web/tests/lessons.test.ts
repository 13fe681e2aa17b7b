import { describe, expect, it } from "vitest";
import { chosen, fits, underWay, type Candidate, type Choice, type Cluster } from "../console/learning/lessons";
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
