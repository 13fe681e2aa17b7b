// What the embedding page and the panel say to each other through postMessage. Both sides check the
// sender's window and its origin, and name the other's origin when they post.

export interface Settings {
  locale?: string;
  /** The same as `locale`, which it yields to. */
  language?: string;
  position?: "right" | "left";
  color?: string;
  title?: string;
  greeting?: string;
  suggestions?: string[];
  hideLauncher?: boolean;
  colorScheme?: "light" | "dark" | "auto";
}

export interface User {
  name?: string;
  [attribute: string]: unknown;
}

export type ToPanel =
  | { type: "init"; settings: Settings; user: User | null; open: boolean }
  | { type: "settings"; settings: Settings }
  | { type: "user"; user: User | null }
  | { type: "attributes"; attributes: Record<string, unknown> }
  | { type: "visible"; open: boolean }
  | { type: "ask"; text: string }
  | { type: "reset" };

export type ToPage =
  | { type: "ready" }
  | { type: "unread"; count: number }
  | { type: "locale"; locale: string }
  | { type: "active"; active: boolean }
  | { type: "close" }
  | { type: "reset" };

/** Marks our frames among whatever else a page posts. */
export const MARK = "teller";
export type Marked<T> = T & { [MARK]: 1 };
