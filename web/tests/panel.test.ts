import { describe, expect, it } from "vitest";
import { contrast, parseHex, readableOn, textOn } from "../common/color";
import type { ConversationEvent } from "../common/protocol";
import { panel } from "../widget/locale/en";
import { characters } from "../widget/panel/Composer";
import { rows, unread } from "../widget/panel/transcript";
import { waitText } from "../widget/panel/wait";

const event = (id: number, actor: ConversationEvent["actor"], more: Partial<ConversationEvent> = {}): ConversationEvent => ({
  id,
  type: "message",
  actor,
  at: "2026-11-22T10:00:00Z",
  text: `text ${id}`,
  ...more,
});
const choices = [
  { token: "a", label: "Flexible" },
  { token: "b", label: "Fixed" },
];

describe("choices", () => {
  const asked = event(2, "assistant", { choices });

  it("can be tapped while theirs is the last question", () => {
    expect(rows([event(1, "customer"), asked], [], "bot")[1]?.choicesOpen).toBe(true);
  });

  it("are closed and marked once one was taken", () => {
    const row = rows([asked, event(3, "customer", { text: "Fixed" })], [], "bot")[0];
    expect([row?.choicesOpen, row?.chosen]).toEqual([false, "Fixed"]);
  });

  it("are closed when something else was written, or a person has taken over", () => {
    expect(rows([asked, event(3, "customer")], [], "bot")[0]?.choicesOpen).toBe(false);
    expect(rows([asked], [], "waiting")[0]?.choicesOpen).toBe(false);
  });

  it("stay open for who waits for a person where they only help that person", () => {
    const collecting = event(2, "assistant", { choices, collects: true });
    expect(rows([collecting], [], "waiting")[0]?.choicesOpen).toBe(true);
    expect(rows([collecting], [], "human")[0]?.choicesOpen).toBe(false);
  });

  it("mark the verdict that was tapped", () => {
    const answer = event(2, "assistant", { choices, feedback: { question: "Solved?", choices: [{ token: "y", label: "Yes, solved" }] } });
    expect(rows([answer, event(3, "customer", { text: "Yes, solved" })], [], "bot")[0]?.chosen).toBe("Yes, solved");
  });
});

it("groups what one speaker says within minutes, and parts days", () => {
  const list = rows([event(1, "assistant"), event(2, "assistant"), event(3, "customer"), event(4, "customer", { at: "2026-11-24T10:00:00Z" })], [], "bot");
  expect(list.map((row) => [row.newDay, row.groupStart, row.groupEnd])).toEqual([
    [true, true, false],
    [false, false, true],
    [false, true, true],
    [true, true, true],
  ]);
});

it("counts as unread what assistant and agents said after the last look", () => {
  expect(unread([event(1, "assistant"), event(2, "customer"), event(3, "agent"), event(4, "system", { type: "notice" })], 1)).toBe(1);
});

describe("the expected wait", () => {
  it.each([
    [null, "Not known right now"],
    [[10, 40], "under a minute"],
    [[30, 60], "about 1 minute"],
    [[60, 180], "1 to 3 minutes"],
    [[170, 185], "2 to 4 minutes"],
    [[3600, 9000], "1 to 3 hours"],
  ] as [[number, number] | null, string][])("%s is %s", (range, words) => {
    expect(waitText(range, panel)).toBe(words);
  });
});

it("counts characters as the server does", () => {
  expect(characters("a😀é")).toBe(3);
});

describe("any brand colour stays readable", () => {
  it.each(["#000000", "#ffffff", "#f5c518", "#14584a", "#ff0000", "#7f7f7f", "#00e5ff"])("%s", (hex) => {
    const color = parseHex(hex)!;
    expect(contrast(color, parseHex(textOn(color))!)).toBeGreaterThanOrEqual(4.5);
    for (const surface of [parseHex("#ffffff")!, parseHex("#181b21")!]) {
      expect(contrast(parseHex(readableOn(color, surface))!, surface)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("ignores what is no colour", () => {
    expect(parseHex("red;background:url(x)")).toBeNull();
  });
});
