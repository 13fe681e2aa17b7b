import { render } from "preact";
import { App } from "./App";
import "./console.css";
import { Desk } from "./desk";
import { applyTheme } from "./preferences";

applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

const desk = new Desk();
window.addEventListener("popstate", () => void desk.open(window.location.hash.slice(1) || null));
window.addEventListener("online", () => desk.nudge());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") desk.nudge();
});

const root = document.getElementById("console");
if (root) render(<App desk={desk} />, root);
void desk.begin();
