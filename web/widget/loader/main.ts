import type { Settings, User } from "../bridge";
import { TellerWidget, type EventName } from "./element";

/** What an embedding page can do with `window.Teller`. */
export interface TellerApi {
  readonly isOpen: boolean;
  readonly unread: number;
  open(): void;
  close(): void;
  toggle(state?: "open" | "close"): void;
  /** Opens the panel and sends `text` as the customer's question. */
  ask(text: string): void;
  setUser(user: User | null): void;
  setLocale(locale: string): void;
  setColorScheme(scheme: "light" | "dark" | "auto"): void;
  setCustomAttributes(attributes: Record<string, unknown>): void;
  setSettings(settings: Settings): void;
  /** Sign-out: wipes session, history and unsent messages from this device. */
  reset(): void;
  /** Calls `listener` on every such event; returns the way to stop it. */
  on(name: EventName, listener: (detail?: unknown) => void): () => void;
}

declare global {
  interface Window {
    tellerSettings?: Settings;
    Teller?: TellerApi;
  }
}

// Only while the script runs does the browser tell which one it is.
const script = document.currentScript as HTMLScriptElement | null;

function start(): void {
  if (window.Teller) return; // included twice
  TellerWidget.origin = new URL(script?.src ?? location.href, location.href).origin;

  const listeners = new Map<EventName, Set<(detail?: unknown) => void>>();
  let ready = false;
  TellerWidget.emit = (name, detail) => {
    for (const listener of listeners.get(name) ?? []) listener(detail);
    dispatchEvent(new CustomEvent(`teller:${name}`, { detail: detail ?? window.Teller }));
  };
  if (!customElements.get("teller-widget")) customElements.define("teller-widget", TellerWidget);

  const data = (script?.dataset ?? {}) as Settings & { hideLauncher?: unknown };
  const settings: Settings = {
    ...data,
    ...(data.hideLauncher !== undefined ? { hideLauncher: true } : {}),
    ...window.tellerSettings,
  };
  let widget = TellerWidget.current;
  if (!widget) {
    widget = document.createElement("teller-widget") as TellerWidget;
    widget.settings = settings;
    document.body.append(widget);
  } else {
    widget.apply(settings);
  }
  const element = widget;

  window.Teller = {
    get isOpen() {
      return element.opened;
    },
    get unread() {
      return element.unread;
    },
    open: () => element.toggle(true),
    close: () => element.toggle(false),
    toggle: (state) => element.toggle(state ? state === "open" : undefined),
    ask: (text) => element.ask(text),
    setUser: (user) => element.setUser(user),
    setLocale: (locale) => element.apply({ locale }),
    setColorScheme: (colorScheme) => element.apply({ colorScheme }),
    setCustomAttributes: (attributes) => element.setAttributes(attributes),
    setSettings: (changed) => element.apply(changed),
    reset: () => element.reset(),
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      if (name === "ready" && ready) listener();
      return () => set.delete(listener);
    },
  };
  ready = true;
  TellerWidget.emit("ready");
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
