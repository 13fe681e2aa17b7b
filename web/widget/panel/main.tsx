import { render } from "preact";
import { openStorage } from "../../common/storage";
import { Store } from "../../common/store";
import type { ToPanel } from "../bridge";
import { validLocale } from "../locale";
import { App, type View } from "./App";
import { Client } from "./client";
import { embeddingOrigin, Page } from "./page";
import "./panel.css";
import { applyTheme } from "./theme";

const page = new Page(embeddingOrigin(window.location));
const view = new Store<View>({ settings: {}, user: null, open: !page.embedded, embedded: page.embedded });
const client = new Client(openStorage(), {
  origin: window.location.origin,
  locale: () => validLocale(view.get().settings.locale),
});

function activity(): void {
  page.post({ type: "active", active: client.active });
}

function focusComposer(): void {
  // A phone would cover the conversation with its keyboard, so there the title gets the focus.
  const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;
  document.querySelector<HTMLElement>(touch ? "h1" : "#message")?.focus({ preventScroll: true });
}

function show(open: boolean): void {
  view.set({ open });
  if (!open) return;
  client.start();
  activity();
  requestAnimationFrame(focusComposer);
}

function receive(message: ToPanel): void {
  switch (message.type) {
    case "init":
      view.set({ settings: message.settings, user: message.user });
      applyTheme(message.settings);
      if (client.active) client.start();
      show(message.open);
      break;
    case "settings":
      view.set({ settings: message.settings });
      applyTheme(message.settings);
      break;
    case "user":
      view.set({ user: message.user });
      break;
    case "attributes":
      break; // kept by the loader until the server takes attributes of an identified customer
    case "visible":
      show(message.open);
      break;
    case "ask":
      client.send({ kind: "text", text: message.text });
      break;
    case "reset":
      client.reset();
      page.post({ type: "reset" });
      if (view.get().open) show(true);
      break;
  }
}

applyTheme({});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyTheme(view.get().settings));
page.listen(receive);

window.addEventListener("storage", (event) => client.storageChanged(event.key, event.newValue));
window.addEventListener("online", () => client.nudge());
window.addEventListener("offline", () => client.nudge());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  client.nudge();
  view.set({}); // what was waiting unread in a hidden tab is now read
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) page.post({ type: "close" });
});

let reported = "";
client.store.watch(() => {
  // The loader remembers whether to bring the panel up with the next page.
  const now = String(client.active);
  if (now !== reported) activity();
  reported = now;
});

const root = document.getElementById("panel");
if (root) {
  render(
    <App
      client={client}
      view={view}
      close={() => page.post({ type: "close" })}
      unreadChanged={(count) => page.post({ type: "unread", count })}
      localeChanged={(locale) => page.post({ type: "locale", locale })}
    />,
    root,
  );
}
page.post({ type: "ready" });
if (!page.embedded) show(true);
