import * as en from "./en";

const LANGUAGES: Record<string, { launcher: en.LauncherStrings; panel: en.PanelStrings }> = { en };
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "yi", "dv"]);

function language(locale: string): string {
  return locale.toLowerCase().split(/[-_]/)[0] ?? "en";
}

/** The panel's sentences in the wanted language, or English where it is not there yet. */
export function panelStrings(locale: string): en.PanelStrings {
  return (LANGUAGES[language(locale)] ?? en).panel;
}

export function direction(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language(locale)) ? "rtl" : "ltr";
}

/** A locale that Intl accepts; a malformed one from an embedding page must not break the panel. */
export function validLocale(locale: string | undefined): string {
  for (const candidate of [locale, navigator.language, "en"]) {
    if (!candidate) continue;
    try {
      return new Intl.Locale(candidate.replace("_", "-")).toString();
    } catch {
      continue;
    }
  }
  return "en";
}
