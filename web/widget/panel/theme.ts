import { parseHex, readableOn, textOn, toHex } from "../../common/color";
import type { Settings } from "../bridge";

export const DEFAULT_COLOR = "#14584a";
const SURFACE: Record<"light" | "dark", [number, number, number]> = { light: [255, 255, 255], dark: [24, 27, 33] };

/** Puts the exchange's colour and the colour scheme into effect; text in and on the colour stays readable. */
export function applyTheme(settings: Settings): void {
  const root = document.documentElement;
  const wanted = settings.colorScheme ?? "auto";
  const dark = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const scheme = dark ? "dark" : "light";
  root.dataset.scheme = scheme;
  root.style.colorScheme = scheme;
  const color = parseHex(settings.color) ?? parseHex(DEFAULT_COLOR)!;
  root.style.setProperty("--accent", toHex(color));
  root.style.setProperty("--on-accent", textOn(color));
  root.style.setProperty("--accent-ink", readableOn(color, SURFACE[scheme]));
}
