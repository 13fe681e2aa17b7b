import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask } from "../help/ask";
import { closeTongues } from "../help/tongues";
import { suggest } from "../help/suggest";
import { vote } from "../help/vote";

const FOUND = [
  { title: "Withdrawal fees", url: "/help/en/withdrawal-fees?asset=USDT", topic: "Fees", excerpt: "", language: "en", asset: "USDT" },
  { title: "Комиссии", url: "/help/en/fees", topic: "Fees", excerpt: "", language: "ru", asset: null },
];
let asked: string[];
let answer: (path: string, request: RequestInit) => Response | Promise<Response>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = () => Response.json({ results: FOUND });
  vi.stubGlobal("fetch", (path: string, request: RequestInit) => {
    asked.push(path);
    return Promise.resolve(answer(path, request));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const one = <T extends Element>(selector: string): T => document.querySelector(selector) as T;

describe("search as you type", () => {
  let input: HTMLInputElement;
  let gone: string[];

  beforeEach(() => {
    document.body.innerHTML = `<form class="find" data-language="en" data-none="None" data-count="Found: {count}">
      <label for="search">Search</label><input id="search" name="q" type="search"><button>Go</button></form>`;
    suggest(one("form"));
    input = one("input");
    input.focus();
    gone = [];
    vi.spyOn(location, "assign").mockImplementation((url) => void gone.push(String(url)));
  });

  const type = async (text: string, wait = 200): Promise<void> => {
    input.value = text;
    input.dispatchEvent(new Event("input"));
    await vi.advanceTimersByTimeAsync(wait);
  };
  const press = (key: string): KeyboardEvent => {
    const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true });
    input.dispatchEvent(event);
    return event;
  };
  const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[role=option]")];

  it("asks once the typing pauses, and says how much there is", async () => {
    await type("u", 50);
    await type("usdt &", 200);
    expect(asked).toEqual(["/api/help/search?language=en&q=usdt+%26"]);
    expect(rows().map((row) => row.querySelector("strong")?.textContent)).toEqual(["Withdrawal fees (USDT)", "Комиссии"]);
    expect(rows()[1]?.querySelector("strong")?.lang).toBe("ru");
    expect(one("[role=status]").textContent).toBe("Found: 2");
    expect(input.getAttribute("aria-expanded")).toBe("true");
    expect(input.type).toBe("text");
  });

  it("asks nothing for one letter", async () => {
    await type("u");
    expect(asked).toEqual([]);
    expect(one<HTMLElement>("[role=listbox]").hidden).toBe(true);
  });

  it("is moved through with the keyboard, past the field again", async () => {
    await type("usdt");
    press("ArrowDown");
    expect(input.getAttribute("aria-activedescendant")).toBe(rows()[0]?.id);
    press("ArrowDown");
    press("ArrowDown");
    expect(input.hasAttribute("aria-activedescendant")).toBe(false);
    press("ArrowUp");
    expect(rows()[1]?.getAttribute("aria-selected")).toBe("true");
    expect(press("Enter").defaultPrevented).toBe(true);
    expect(gone).toEqual(["/help/en/fees"]);
  });

  it("leaves Enter to the form until a row is chosen, and closes with Escape", async () => {
    await type("usdt");
    expect(press("Enter").defaultPrevented).toBe(false);
    expect(press("Escape").defaultPrevented).toBe(true);
    expect(one<HTMLElement>("[role=listbox]").hidden).toBe(true);
    expect(press("Escape").defaultPrevented).toBe(false);
  });

  it("opens what is tapped", async () => {
    await type("usdt");
    rows()[0]?.click();
    expect(gone).toEqual(["/help/en/withdrawal-fees?asset=USDT"]);
  });

  it("says that there is nothing, and stays quiet when the server does", async () => {
    answer = () => Response.json({ results: [] });
    await type("pizza");
    expect(one("[role=status]").textContent).toBe("None");
    expect(one<HTMLElement>("[role=listbox]").hidden).toBe(true);
    answer = () => new Response("", { status: 429 });
    await type("pizzas");
    expect(one("[role=status]").textContent).toBe("None");
  });

  it("shows the answer to the latest letters only", async () => {
    const waiting: ((response: Response) => void)[] = [];
    answer = () => new Promise((resolve) => waiting.push(resolve));
    await type("first");
    await type("second");
    waiting[1]?.(Response.json({ results: [FOUND[0]] }));
    waiting[0]?.(Response.json({ results: FOUND }));
    await vi.advanceTimersByTimeAsync(0);
    expect(rows()).toHaveLength(1);
  });
});

describe("votes", () => {
  beforeEach(() => {
    document.body.innerHTML = `<section><h2>Helpful?</h2>
      <form method="post" action="/help/en/fees/vote" data-vote data-thanks="Thanks" data-sorry="Sorry" data-failed="Failed">
        <button name="helpful" value="yes">Yes</button><button name="helpful" value="no">No</button></form>
      <form method="post" action="/help/en/fees/vote" data-reason hidden>
        <input type="hidden" name="helpful" value="no"><button name="reason" value="unclear">Unclear</button></form></section>`;
    vote(one("[data-vote]"));
    answer = () => new Response(null, { status: 204 });
  });

  const send = async (value: string): Promise<Event> => {
    const button = one<HTMLButtonElement>(`button[value=${value}]`);
    const event = new SubmitEvent("submit", { submitter: button, cancelable: true, bubbles: true });
    button.form?.dispatchEvent(event);
    await vi.advanceTimersByTimeAsync(0);
    return event;
  };

  it("thanks for a yes", async () => {
    expect((await send("yes")).defaultPrevented).toBe(true);
    expect(one("[role=status]").textContent).toBe("Thanks");
    expect(one<HTMLElement>("[data-vote]").hidden).toBe(true);
    expect(one<HTMLElement>("[data-reason]").hidden).toBe(true);
    expect(document.activeElement).toBe(one("[role=status]"));
  });

  it("asks why after a no, and thanks for that", async () => {
    const bodies: string[] = [];
    answer = (_, request) => {
      bodies.push(String(request.body));
      return new Response(null, { status: 204 });
    };
    await send("no");
    expect(one("[role=status]").textContent).toBe("Sorry");
    expect(document.activeElement).toBe(one("button[value=unclear]"));
    await send("unclear");
    expect(one("[role=status]").textContent).toBe("Thanks");
    expect(one<HTMLElement>("[data-reason]").hidden).toBe(true);
    expect(bodies).toEqual(["helpful=no", "helpful=no&reason=unclear"]);
  });

  it("says when a vote did not arrive, and lets it be tried again", async () => {
    answer = () => new Response("", { status: 503 });
    await send("yes");
    expect(one("[role=status]").textContent).toBe("Failed");
    expect(one<HTMLElement>("[data-vote]").hidden).toBe(false);
  });
});

describe("the chat", () => {
  afterEach(() => Reflect.deleteProperty(window, "Teller"));

  it("is offered once it is there, with what was searched for", () => {
    document.body.innerHTML = `<button data-ask="usdt fee" hidden></button><button data-ask="" hidden></button>`;
    const chat = { ask: vi.fn(), open: vi.fn() };
    const buttons = [...document.querySelectorAll<HTMLButtonElement>("button")];
    buttons.forEach(ask);
    expect(buttons[0]?.hidden).toBe(true);
    Object.assign(window, { Teller: chat });
    dispatchEvent(new CustomEvent("teller:ready"));
    expect(buttons[0]?.hidden).toBe(false);
    buttons.forEach((button) => button.click());
    expect(chat.ask.mock.calls).toEqual([["usdt fee"]]);
    expect(chat.open).toHaveBeenCalledOnce();
  });
});

describe("the list of languages", () => {
  it("closes with Escape and with a tap elsewhere", () => {
    document.body.innerHTML = `<details class="tongues" open><summary>English</summary></details><p></p>`;
    closeTongues();
    const list = one<HTMLDetailsElement>("details");
    dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(list.open).toBe(false);
    list.open = true;
    one("p").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(list.open).toBe(false);
  });
});
