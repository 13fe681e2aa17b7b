import { afterEach, describe, expect, it, vi } from "vitest";
import { complete, displayLocale, launcherStrings, panelStrings } from "../widget/locale";
import { panel as english } from "../widget/locale/en";

const LANGUAGES = ["en", "es", "pt", "ru", "tr", "vi"];

function browser(...languages: string[]): void {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
}

afterEach(() => vi.restoreAllMocks());

describe("the language of the panel", () => {
  it("is the page's, else the browser's, else English", () => {
    browser("tr-TR", "en");
    expect(displayLocale("pt_BR")).toBe("pt-BR");
    expect(displayLocale(undefined)).toBe("tr-TR");
    expect(displayLocale("de")).toBe("tr-TR");
    browser("de", "ja");
    expect(displayLocale("!!")).toBe("en");
  });

  it("follows the conversation, and keeps the region that was named for it", () => {
    browser("es-MX");
    expect(displayLocale("en", "es")).toBe("es-MX");
    expect(displayLocale("en", "vi")).toBe("vi");
    expect(displayLocale("es-AR", "fr")).toBe("es-AR");
    expect(displayLocale("ru", null)).toBe("ru");
  });
});

describe("the sentences", () => {
  it("differ from English in every language and fill their places", () => {
    for (const language of LANGUAGES.filter((other) => other !== "en")) {
      const strings = panelStrings(`${language}-XX`);
      expect(strings.send, language).not.toBe(english.send);
      expect(strings.greetingNamed("Ana"), language).toContain("Ana");
      expect(strings.remaining(7), language).toContain("7");
      expect(strings.suggestions, language).toHaveLength(english.suggestions.length);
      expect(launcherStrings(language).unread(3), language).toContain("3");
    }
  });

  it("name every notice and every secret in every language", () => {
    for (const language of LANGUAGES) {
      const strings = panelStrings(language);
      for (const group of ["notice", "secrets", "failure"] as const) {
        expect(Object.keys(strings[group]).sort(), `${language} ${group}`).toEqual(Object.keys(english[group]).sort());
      }
    }
  });

  it("are English where a language lacks one, also within a group", () => {
    const own = { a: "uno", group: { x: "equis" }, list: ["solo"] };
    const whole = { a: "one", b: "two", group: { x: "ex", y: "why" }, list: ["p", "q"] };
    expect(complete<object>(own, whole)).toEqual({ a: "uno", b: "two", group: { x: "equis", y: "why" }, list: ["solo"] });
    expect(complete(undefined, whole)).toEqual(whole);
  });
});

it("counts as Russian does", () => {
  const { unread } = launcherStrings("ru");
  expect(new Set([1, 2, 5, 11, 21, 22].map((count) => unread(count).replace(/\d+/, "")))).toHaveProperty("size", 3);
  expect(unread(21).replace("21", "")).toBe(unread(1).replace("1", ""));
});
