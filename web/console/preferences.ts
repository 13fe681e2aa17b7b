export type Theme = "auto" | "light" | "dark";

const THEME = "teller:console:theme";
const SHORTCUTS = "teller:console:shortcuts";

export function theme(): Theme {
  const kept = localStorage.getItem(THEME);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function setTheme(value: Theme): void {
  localStorage.setItem(THEME, value);
  applyTheme();
}

export function applyTheme(): void {
  const wanted = theme();
  const dark = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.scheme = dark ? "dark" : "light";
}

export function shortcutsOn(): boolean {
  return localStorage.getItem(SHORTCUTS) !== "off";
}

export function setShortcuts(on: boolean): void {
  localStorage.setItem(SHORTCUTS, on ? "on" : "off");
}
