import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TellerWidget } from "../widget/loader/element";
import { embeddingOrigin } from "../widget/panel/page";

const ORIGIN = "https://support.example";
let widget: TellerWidget;
let events: [string, unknown][];
let post: ReturnType<typeof vi.fn>;
let panelWindow: Window;
let address: string;

beforeEach(() => {
  localStorage.clear();
  events = [];
  post = vi.fn();
  panelWindow = { postMessage: post } as unknown as Window;
  vi.spyOn(HTMLIFrameElement.prototype, "contentWindow", "get").mockReturnValue(panelWindow as typeof globalThis & Window);
  // Nothing is loaded here; where the panel would be loaded from is what counts.
  vi.spyOn(HTMLIFrameElement.prototype, "src", "set").mockImplementation((value) => {
    address = value;
  });
  TellerWidget.origin = ORIGIN;
  TellerWidget.emit = (name, detail) => events.push([name, detail]);
  if (!customElements.get("teller-widget")) customElements.define("teller-widget", TellerWidget);
  widget = document.createElement("teller-widget") as TellerWidget;
  document.body.append(widget);
});

afterEach(() => widget.remove());

const frame = () => widget.shadowRoot?.querySelector("iframe") as HTMLIFrameElement;
const badge = () => widget.shadowRoot?.querySelector(".badge") as HTMLElement;

function say(data: object, { origin = ORIGIN, source = panelWindow } = {}): void {
  window.dispatchEvent(new MessageEvent("message", { data, origin, source }));
}

describe("the embedding page's side", () => {
  it("loads no panel before it is wanted", () => {
    expect(frame()).toBeNull();
    widget.toggle();
    expect(address).toBe(`${ORIGIN}/widget/panel#origin=${encodeURIComponent(location.origin)}`);
    expect(frame().getAttribute("sandbox")).toBe("allow-scripts allow-same-origin allow-forms allow-popups");
  });

  it("hears the panel only, from its own origin only, and only in our frames", () => {
    widget.toggle();
    widget.toggle();
    say({ type: "unread", count: 2, teller: 1 }, { origin: "https://evil.example" });
    say({ type: "unread", count: 2, teller: 1 }, { source: window });
    say({ type: "unread", count: 2 });
    expect(badge().hidden).toBe(true);
    say({ type: "unread", count: 2, teller: 1 });
    expect([badge().hidden, badge().textContent]).toEqual([false, "2"]);
    expect(events).toContainEqual(["unread", 2]);
  });

  it("speaks to the panel's origin only, once the panel is ready", () => {
    widget.toggle();
    widget.ask("fees?");
    expect(post).not.toHaveBeenCalled();
    say({ type: "ready", teller: 1 });
    const calls = post.mock.calls as unknown as [{ type: string }, string][];
    expect(calls.map(([message, target]) => [message.type, target])).toEqual([
      ["init", ORIGIN],
      ["ask", ORIGIN],
    ]);
  });

  it("closes on the panel's wish and tells the page", () => {
    widget.toggle();
    say({ type: "close", teller: 1 });
    expect(widget.opened).toBe(false);
    expect(events.map(([name]) => name)).toEqual(["open", "close"]);
  });

  it("brings the panel up early only for a visitor who has a conversation", () => {
    widget.toggle();
    say({ type: "active", active: true, teller: 1 });
    expect(localStorage.getItem("teller:active")).toBe("1");
    say({ type: "reset", teller: 1 });
    expect(localStorage.getItem("teller:active")).toBeNull();
  });
});

describe("the panel's side", () => {
  it("is not embedded when it is the page itself", () => {
    expect(embeddingOrigin({ hash: "#origin=https%3A%2F%2Fcalder.example" } as Location)).toBeNull();
  });

  it("does not believe a claimed origin that the browser contradicts", () => {
    vi.spyOn(window, "parent", "get").mockReturnValue({} as Window & typeof globalThis);
    const at = (ancestor?: string) => ({ hash: "#origin=https%3A%2F%2Fcalder.example", ancestorOrigins: ancestor === undefined ? undefined : [ancestor] }) as unknown as Location;
    expect(embeddingOrigin(at("https://calder.example"))).toBe("https://calder.example");
    expect(embeddingOrigin(at("https://evil.example"))).toBeNull();
    expect(embeddingOrigin(at())).toBe("https://calder.example");
  });
});
