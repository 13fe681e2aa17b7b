import { Store } from "../common/store";

/** The parts of the console. Each has a hash of its own, so that a reload and a bookmark find it again. */
export type Section = "conversations" | "articles" | "learning";

const NAMED: Section[] = ["articles", "learning"];

export const EDITORS = ["editor", "admin"];

/** Which part a hash belongs to; a bare id is a conversation. */
export function sectionOf(hash: string): Section {
  const first = hash.replace(/^#/, "").split("/")[0];
  return NAMED.find((name) => name === first) ?? "conversations";
}

/** What follows the part's name in a hash: `#articles/fees/en` is ["fees", "en"]. */
export function pathOf(hash: string): string[] {
  const parts = hash.replace(/^#/, "").split("/");
  return NAMED.some((name) => name === parts[0]) ? parts.slice(1).map(decodeURIComponent) : [];
}

export const place = new Store<{ section: Section; path: string[] }>({ section: "conversations", path: [] });

/** Reads the address again, after the browser or a link changed it. */
export function follow(): void {
  const hash = window.location.hash;
  place.set({ section: sectionOf(hash), path: pathOf(hash) });
}

/** Goes to a part, and a place in it. */
export function go(section: Section, ...path: string[]): void {
  const hash = section === "conversations" ? "" : `#${[section, ...path.map(encodeURIComponent)].join("/")}`;
  if (window.location.hash !== hash) window.history.pushState(null, "", hash || window.location.pathname);
  place.set({ section, path });
}
