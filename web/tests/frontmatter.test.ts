import { describe, expect, it } from "vitest";
import { diffLines, hunks } from "../console/articles/diff";
import { hasFront, linesAbove, quoted, readBody, readList, readText, template, writeBody, writeChoice, writeList, writeText } from "../console/articles/frontmatter";
import { filtered, NO_FILTERS, type Row } from "../console/articles/shelf";
import { pathOf, sectionOf } from "../console/sections";

const SOURCE = `---
# kept
id: fees
title: "Fees: what they are"
questions:
  - how much
  - 'it''s how much'
follow_ups: [limits, "a, b"]
choices:
  question: Which one?
  options:
    - {label: One, article: one}
updated: 2026-11-10   # a date
---
Short answer.

## Steps
`;

describe("front matter as fields", () => {
  it("reads texts and lists however they are written", () => {
    expect(readText(SOURCE, "title")).toBe("Fees: what they are");
    expect(readText(SOURCE, "updated")).toBe("2026-11-10");
    expect(readList(SOURCE, "questions")).toEqual(["how much", "it's how much"]);
    expect(readList(SOURCE, "follow_ups")).toEqual(["limits", "a, b"]);
    expect([readText(SOURCE, "owner"), readList(SOURCE, "uses")]).toEqual(["", []]);
  });

  it("says when only the source can show a field", () => {
    expect(readText(SOURCE, "choices")).toBeNull();
    expect(readList(SOURCE, "choices")).toBeNull();
  });

  it("writes the lines of one field and leaves all others as they are", () => {
    const changed = writeText(SOURCE, "title", "New: title");
    expect(changed).toBe(SOURCE.replace('"Fees: what they are"', '"New: title"'));
    const listed = writeList(SOURCE, "questions", ["one", "2"], "lines");
    expect(readList(listed, "questions")).toEqual(["one", "2"]);
    expect(listed).toContain('  - "2"\n');
    expect(listed).toContain("# kept");
    expect(listed).toContain("    - {label: One, article: one}");
    expect(writeList(SOURCE, "follow_ups", [], "flow")).not.toContain("follow_ups");
    expect(writeList(SOURCE, "uses", ["asset"], "flow")).toContain("uses: [asset]\n---\nShort");
  });

  it("writes a choice only where it is not the rule, and takes its line out where it is", () => {
    const agents = writeChoice(SOURCE, "audience", "agents", "customers");
    expect(agents).toBe(SOURCE.replace("# a date\n", "# a date\naudience: agents\n"));
    expect(writeChoice(agents, "audience", "business", "customers")).toBe(agents.replace("agents", "business"));
    expect(writeChoice(agents, "audience", "customers", "customers")).toBe(SOURCE);
    expect(writeChoice(SOURCE, "audience", "customers", "customers")).toBe(SOURCE);
  });

  it("leaves the comments and blank lines around a field", () => {
    const text = "---\n# about the state\nstate: draft # until Monday\n# about the places\n\njurisdiction:\n  - Germany\n# about the owner\nowner: general\n---\nText.";
    expect([readText(text, "state"), readList(text, "jurisdiction")]).toEqual(["draft", ["Germany"]]);
    expect(writeChoice(text, "state", "published", "published")).toBe(text.replace("state: draft # until Monday\n", ""));
    expect(writeList(text, "jurisdiction", [], "flow")).toBe(text.replace("jurisdiction:\n  - Germany\n", ""));
    expect(writeList(text, "jurisdiction", ["Germany", "NO"], "flow")).toBe(text.replace("jurisdiction:\n  - Germany\n", 'jurisdiction: [Germany, "NO"]\n'));
  });

  it("keeps the body apart", () => {
    expect(readBody(SOURCE)).toBe("Short answer.\n\n## Steps\n");
    expect(writeBody(SOURCE, "Other.")).toBe(`${SOURCE.split("Short")[0]}Other.`);
    expect(linesAbove(SOURCE)).toBe(14);
    expect(hasFront("no front matter")).toBe(false);
    expect(writeText("no front matter", "title", "x")).toBe("no front matter");
  });

  it("quotes what YAML would read as something else", () => {
    expect(["yes", "12", "a: b", "- x", "naïve text", "¿cuánto?"].map(quoted)).toEqual(['"yes"', '"12"', '"a: b"', '"- x"', "naïve text", '"¿cuánto?"']);
  });

  it("begins a new article with every required field", () => {
    const text = template("new-one", { title: "New", topic: "t", owner: "general", today: "2026-11-22", review: "2027-05-22" });
    expect([readText(text, "id"), readText(text, "review_by"), readList(text, "intents")]).toEqual(["new-one", "2027-05-22", []]);
  });
});

it("filters by state, and by what withholds an article", () => {
  const row = (id: string, more: Partial<Row>): Row => ({ ...({ id, language: "en", title: id, state: "live", hindrance: null, changed: false } as Row), ...more });
  const rows = [row("live", {}), row("held", { state: "withheld", hindrance: "draft" }), row("late", { state: "withheld", hindrance: "review" }), row("new", { state: "draft" })];
  const found = (state: string) => filtered(rows, { ...NO_FILTERS, state }).map((one) => one.id);
  expect(["withheld", "withheld.draft", "withheld.agents", "draft", ""].map(found)).toEqual([["held", "late"], ["held"], [], ["new"], ["live", "held", "late", "new"]]);
});

describe("a difference", () => {
  it("shows what was added and removed, with the lines around", () => {
    const lines = diffLines("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nD\ne\nf\ng\nh");
    expect(lines.filter((line) => line.kind === "removed").map((line) => line.text)).toEqual(["d"]);
    expect(lines.filter((line) => line.kind === "added").map((line) => line.text)).toEqual(["D", "h"]);
    expect(hunks(lines, 1).map((line) => line?.text ?? "…")).toEqual(["…", "c", "d", "D", "e", "…", "g", "h"]);
  });

  it("is empty between equal texts, and whole between different ones", () => {
    expect(hunks(diffLines("a\nb", "a\nb"))).toEqual([]);
    expect(diffLines("a", "b").map((line) => line.kind)).toEqual(["removed", "added"]);
  });
});

it("finds the part of the console in the address", () => {
  expect([sectionOf("#articles/fees/en"), sectionOf("#3f2a-1"), sectionOf("")]).toEqual(["articles", "conversations", "conversations"]);
  expect([pathOf("#articles/fees/en"), pathOf("#3f2a")]).toEqual([["fees", "en"], []]);
});
