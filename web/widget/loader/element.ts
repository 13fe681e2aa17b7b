import { parseHex, textOn, toHex } from "../../common/color";
import { displayLocale, launcherStrings } from "../locale";
import type { LauncherStrings } from "../locale/en";
import { MARK, type Marked, type Settings, type ToPage, type ToPanel, type User } from "../bridge";
import { STYLE } from "./style";

export type EventName = "ready" | "unread" | "open" | "close";
export type Emit = (name: EventName, detail?: unknown) => void;

/** Set in the embedding page's own storage: this visitor has a conversation, so bring the panel up early. */
const ACTIVE = "teller:active";
const SVG = "http://www.w3.org/2000/svg";

function svg(name: string, path: string): SVGElement {
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("viewBox", "0 0 24 24");
  image.setAttribute("aria-hidden", "true");
  image.setAttribute("class", name);
  image.append(document.createElementNS(SVG, "path"));
  image.firstElementChild?.setAttribute("d", path);
  return image;
}

function remembered(value?: boolean): boolean {
  try {
    if (value === true) localStorage.setItem(ACTIVE, "1");
    if (value === false) localStorage.removeItem(ACTIVE);
    return localStorage.getItem(ACTIVE) !== null;
  } catch {
    return false; // storage is blocked: the panel simply loads when it is first opened
  }
}

/** `<teller-widget>`: the launcher button and the panel's frame. The panel itself lives on Teller's origin. */
export class TellerWidget extends HTMLElement {
  /** Filled in by main.ts before the element is defined. */
  static origin = "";
  static emit: Emit = () => undefined;
  static current: TellerWidget | null = null;

  settings: Settings = {};
  user: User | null = null;
  attributes_: Record<string, unknown> = {};
  opened = false;
  unread = 0;

  private built = false;
  private strings: LauncherStrings = launcherStrings("en");
  private spoken: string | null = null;
  private button!: HTMLButtonElement;
  private badge!: HTMLSpanElement;
  private frame!: HTMLDivElement;
  private iframe: HTMLIFrameElement | null = null;
  private panelReady = false;
  private waiting: ToPanel[] = [];
  private focusBefore: HTMLElement | null = null;

  connectedCallback(): void {
    if (TellerWidget.current && TellerWidget.current !== this) {
      this.hidden = true; // one widget per page; a second element stays inert
      return;
    }
    TellerWidget.current = this;
    if (!this.built) this.build();
    const { dataset } = this;
    this.apply({ ...(dataset as Settings), ...(dataset.hideLauncher !== undefined ? { hideLauncher: true } : {}), ...this.settings });
    addEventListener("message", this.receive);
    addEventListener("keydown", this.key);
    window.visualViewport?.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("scroll", this.fit);
    if (remembered()) {
      // After the page's own work: a returning visitor's unread badge can wait, the page cannot.
      (window.requestIdleCallback ?? setTimeout)(() => this.load());
    }
  }

  disconnectedCallback(): void {
    if (TellerWidget.current !== this) return;
    TellerWidget.current = null;
    removeEventListener("message", this.receive);
    removeEventListener("keydown", this.key);
    window.visualViewport?.removeEventListener("resize", this.fit);
    window.visualViewport?.removeEventListener("scroll", this.fit);
    this.iframe?.remove();
    this.iframe = null;
    this.panelReady = false;
  }

  apply(settings: Settings): void {
    const locale = settings.locale ?? settings.language;
    this.settings = { ...this.settings, ...settings, ...(locale ? { locale } : {}) };
    const { color, position, hideLauncher, colorScheme } = this.settings;
    this.speak();
    const brand = parseHex(color);
    if (brand) {
      this.style.setProperty("--c", toHex(brand));
      this.style.setProperty("--t", textOn(brand));
    }
    this.setAttribute("position", position === "left" ? "left" : "right");
    this.button.hidden = hideLauncher === true;
    this.classList.toggle("bare", hideLauncher === true);
    const dark = colorScheme === "dark" || (colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    this.frame.classList.toggle("dark", dark);
    this.post({ type: "settings", settings: this.settings });
  }

  toggle(open = !this.opened): void {
    if (open === this.opened) return;
    this.opened = open;
    if (open) {
      this.focusBefore = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      this.load();
      this.setUnread(0);
    }
    this.frame.classList.toggle("open", open);
    this.button.classList.toggle("open", open);
    this.button.setAttribute("aria-expanded", String(open));
    this.label();
    this.fit();
    this.post({ type: "visible", open });
    if (open) this.iframe?.focus();
    else if (document.activeElement === this || document.activeElement === document.body) {
      // Focus was in the panel: it goes back to where it came from.
      const before = this.focusBefore;
      if (before && before !== this && before !== document.body && before.isConnected) before.focus();
      else this.button.focus();
    }
    TellerWidget.emit(open ? "open" : "close");
  }

  ask(text: string): void {
    this.toggle(true);
    this.post({ type: "ask", text });
  }

  setUser(user: User | null): void {
    this.user = user;
    this.post({ type: "user", user });
  }

  setAttributes(attributes: Record<string, unknown>): void {
    this.attributes_ = { ...this.attributes_, ...attributes };
    this.post({ type: "attributes", attributes: this.attributes_ });
  }

  /** The customer has signed out: nothing of the conversation may stay on this device. */
  reset(): void {
    this.user = null;
    this.attributes_ = {};
    this.setUnread(0);
    this.load(); // only the panel can wipe the storage of its own origin
    this.post({ type: "reset" });
    this.toggle(false);
  }

  private build(): void {
    this.built = true;
    const root = this.attachShadow({ mode: "open" });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet]; // not subject to the page's style-src
    } catch {
      const style = document.createElement("style");
      style.textContent = STYLE;
      root.append(style);
    }
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "launcher";
    this.button.setAttribute("aria-expanded", "false");
    this.button.setAttribute("data-testid", "launcher");
    this.button.append(svg("chat", "M4.5 5h15v11.5H11l-4.5 4v-4h-2z"), svg("x", "M6 9.5l6 6 6-6"));
    this.badge = document.createElement("span");
    this.badge.className = "badge";
    this.badge.hidden = true;
    this.badge.setAttribute("aria-hidden", "true");
    this.button.append(this.badge);
    this.button.onclick = () => this.toggle();
    this.button.onpointerenter = () => this.load(); // a head start of the time that a click takes
    this.frame = document.createElement("div");
    this.frame.className = "frame";
    root.append(this.button, this.frame);
    this.label();
  }

  private load(): void {
    if (this.iframe) return;
    const iframe = document.createElement("iframe");
    iframe.title = this.settings.title ?? this.strings.frame;
    iframe.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
    iframe.src = `${TellerWidget.origin}/widget/panel#origin=${encodeURIComponent(location.origin)}`;
    this.iframe = iframe;
    this.frame.append(iframe);
  }

  private post(message: ToPanel): void {
    if (!this.iframe) return;
    if (!this.panelReady) {
      // `init` carries settings, user and visibility; only acts have to be kept
      if (message.type === "ask" || message.type === "reset") this.waiting.push(message);
      return;
    }
    this.iframe.contentWindow?.postMessage({ ...message, [MARK]: 1 }, TellerWidget.origin);
  }

  private receive = (event: MessageEvent<unknown>): void => {
    if (event.origin !== TellerWidget.origin || !this.iframe || event.source !== this.iframe.contentWindow) return;
    const data = event.data as Partial<Marked<ToPage>> | null;
    if (typeof data !== "object" || data?.[MARK] !== 1) return;
    const message = data as ToPage;
    if (message.type === "ready") {
      this.panelReady = true;
      this.post({ type: "init", settings: this.settings, user: this.user, open: this.opened });
      for (const kept of this.waiting.splice(0)) this.post(kept);
      if (this.opened) this.iframe.focus();
    } else if (message.type === "unread") {
      this.setUnread(message.count);
    } else if (message.type === "locale") {
      this.spoken = message.locale; // the conversation may go on in another language than the page's
      this.speak();
    } else if (message.type === "active") {
      remembered(message.active);
    } else if (message.type === "close") {
      this.toggle(false);
    } else if (message.type === "reset") {
      remembered(false);
    }
  };

  private key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.opened || event.defaultPrevented) return;
    if (document.activeElement === this) this.toggle(false);
  };

  /** On a phone the panel fills what the keyboard leaves of the screen. */
  private fit = (): void => {
    const viewport = window.visualViewport;
    if (!viewport || !this.opened) return;
    const zoomed = Math.abs(viewport.scale - 1) > 0.01;
    this.style.setProperty("--vh", zoomed ? "100dvh" : `${viewport.height}px`);
    this.style.setProperty("--vt", zoomed ? "0px" : `${viewport.offsetTop}px`);
  };

  private setUnread(count: number): void {
    if (count === this.unread) return;
    this.unread = count;
    this.badge.hidden = count === 0;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    this.label();
    TellerWidget.emit("unread", count);
  }

  private label(): void {
    const { open, close, unread } = this.strings;
    const name = this.opened ? close : open;
    this.button.setAttribute("aria-label", this.unread ? `${name}, ${unread(this.unread)}` : name);
  }

  private speak(): void {
    this.strings = launcherStrings(this.spoken ?? displayLocale(this.settings.locale));
    if (this.iframe) this.iframe.title = this.settings.title ?? this.strings.frame;
    this.label();
  }
}
