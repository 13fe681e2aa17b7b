import { render } from "preact";
import { App } from "./App";
import "./console.css";
import "./articles/articles.css";
import "./learning/learning.css";
import { Desk } from "./desk";
import { applyTheme } from "./preferences";
import { follow, place } from "./sections";

applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

const desk = new Desk();
const toPlace = () => {
  follow();
  if (place.get().section === "conversations") void desk.open(window.location.hash.slice(1) || null);
};
follow();
window.addEventListener("popstate", toPlace);
window.addEventListener("online", () => desk.nudge());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") desk.nudge();
});

const root = document.getElementById("console");
if (root) render(<App desk={desk} />, root);
void desk.begin();
