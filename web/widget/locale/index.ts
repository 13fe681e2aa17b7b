import type { LauncherStrings, PanelStrings } from "./en";
import { launcher as enLauncher, panel as enPanel } from "./en";
import { launcher as esLauncher, panel as esPanel } from "./es";
import { launcher as ptLauncher, panel as ptPanel } from "./pt";
import { launcher as ruLauncher, panel as ruPanel } from "./ru";
import { launcher as trLauncher, panel as trPanel } from "./tr";
import { launcher as viLauncher, panel as viPanel } from "./vi";

// Two maps, so that the loader carries its own few sentences and not those of the panel.
const LAUNCHERS: Record<string, LauncherStrings> = {
  en: enLauncher,
  es: esLauncher,
  pt: ptLauncher,
  ru: ruLauncher,
  tr: trLauncher,
  vi: viLauncher,
};
const PANELS: Record<string, PanelStrings> = {
  en: enPanel,
  es: esPanel,
  pt: ptPanel,
  ru: ruPanel,
  tr: trPanel,
  vi: viPanel,
};
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "yi", "dv"]);

/** The primary language of a BCP 47 locale, `pt` of `pt-BR`. */
export function language(locale: string): string {
  return locale.toLowerCase().split(/[-_]/)[0] ?? "en";
}

/** A sentence that a language lacks is English, also within a group of sentences. */
export function complete<T extends object>(own: Partial<T> | undefined, english: T): T {
  const whole = { ...english, ...own };
  for (const key of Object.keys(english) as (keyof T)[]) {
    const [mine, theirs] = [own?.[key], english[key]];
    const group = typeof theirs === "object" && theirs !== null && !Array.isArray(theirs);
    if (mine === undefined) whole[key] = theirs;
    else if (group) whole[key] = complete(mine as object, theirs as object) as T[keyof T];
  }
  return whole;
}

/** The panel's sentences in the wanted language, or English where it is not there yet. */
export function panelStrings(locale: string): PanelStrings {
  return complete(PANELS[language(locale)], enPanel);
}

/** The launcher's sentences, likewise. */
export function launcherStrings(locale: string): LauncherStrings {
  return complete(LAUNCHERS[language(locale)], enLauncher);
}

export function direction(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language(locale)) ? "rtl" : "ltr";
}

/**
 * The locale to write in: that of the language the conversation is held in, else what the page sets, else the
 * browser's, the first that there are sentences for; English where there is none. A region that the page or the
 * browser names stays (`pt-BR`), for dates.
 */
export function displayLocale(configured: string | undefined, spoken?: string | null): string {
  const known = [configured, ...(navigator.languages ?? [navigator.language]), "en"]
    .map((candidate) => candidate && parse(candidate))
    .filter((locale): locale is string => Boolean(locale) && language(locale as string) in LAUNCHERS);
  if (spoken && language(spoken) in LAUNCHERS) {
    return known.find((locale) => language(locale) === language(spoken)) ?? language(spoken);
  }
  return known[0] ?? "en";
}

/** A locale that Intl accepts; a malformed one from an embedding page must not break the panel. */
export function validLocale(locale: string | undefined): string {
  for (const candidate of [locale, navigator.language, "en"]) {
    const parsed = candidate && parse(candidate);
    if (parsed) return parsed;
  }
  return "en";
}

function parse(locale: string): string | null {
  try {
    return new Intl.Locale(locale.replace("_", "-")).toString();
  } catch {
    return null;
  }
}
