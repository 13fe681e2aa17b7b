/** The list of languages closes with Escape and when something else is chosen. */
export function closeTongues(): void {
  for (const list of document.querySelectorAll<HTMLDetailsElement>("details.tongues")) {
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !list.open) return;
      list.open = false;
      list.querySelector("summary")?.focus();
    });
    addEventListener("pointerdown", (event) => {
      if (!list.contains(event.target as Node)) list.open = false;
    });
    list.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !list.contains(event.relatedTarget as Node)) list.open = false;
    });
  }
}
