import { MARK, type Marked, type ToPage, type ToPanel } from "../bridge";

/**
 * The origin of the embedding page, from the fragment its loader put there. Where the browser itself names
 * the ancestors, a fragment that says otherwise is not believed.
 */
export function embeddingOrigin(location: Location): string | null {
  if (window.parent === window) return null;
  const claimed = new URLSearchParams(location.hash.slice(1)).get("origin");
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor !== undefined) return ancestor === claimed ? claimed : null;
  return claimed;
}

/** The line from the panel to the page it is embedded in; silent when it stands alone. */
export class Page {
  constructor(private readonly origin: string | null) {}

  get embedded(): boolean {
    return this.origin !== null;
  }

  listen(handle: (message: ToPanel) => void): void {
    window.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (event.source !== window.parent || event.origin !== this.origin) return;
      const data = event.data as Partial<Marked<ToPanel>> | null;
      if (typeof data === "object" && data?.[MARK] === 1) handle(data as ToPanel);
    });
  }

  post(message: ToPage): void {
    if (this.origin !== null) window.parent.postMessage({ ...message, [MARK]: 1 }, this.origin);
  }
}
