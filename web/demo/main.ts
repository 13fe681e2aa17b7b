import type { Demo } from "../common/protocol";
import type { TellerApi } from "../widget/loader/main";
import "./demo.css";

/** The widget's script is async: what is clicked before it has come waits for its ready event. */
function withTeller(act: (teller: TellerApi) => void): void {
  if (window.Teller) act(window.Teller);
  else addEventListener("teller:ready", () => window.Teller && act(window.Teller), { once: true });
}

for (const button of document.querySelectorAll<HTMLElement>("[data-ask]")) {
  button.addEventListener("click", () => withTeller((teller) => teller.ask(button.dataset.ask ?? "")));
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string, className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function showDemo(demo: Demo): void {
  const bar = document.getElementById("demo-bar");
  const agents = document.getElementById("demo-agents");
  if (bar && agents) {
    for (const agent of demo.agents) {
      const item = element("li", "");
      item.append(element("code", agent.email), " ", element("code", agent.password));
      agents.append(item);
    }
    bar.hidden = false;
  }
  // Numbers are the exchange's own facts; this page has none of its own.
  const highlights = demo.exchange?.highlights ?? [];
  const figures = document.getElementById("figures");
  if (figures && highlights.length) {
    for (const { value, label } of highlights) {
      const pair = element("div", "");
      pair.append(element("dt", label), element("dd", value));
      figures.append(pair);
    }
    figures.hidden = false;
  }
}

fetch("/api/demo")
  .then((response) => (response.ok ? (response.json() as Promise<Demo>) : null))
  .then((demo) => demo && showDemo(demo))
  .catch(() => undefined); // not a demo, or not reachable: the page stands without the bar
