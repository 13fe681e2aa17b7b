// Search as you type: a combobox whose list holds links (WAI-ARIA Authoring Practices, "list autocomplete").
// Enter without a chosen row submits the form, as without a script.

interface Result {
  title: string;
  url: string;
  topic: string;
  excerpt: string;
  language: string;
  asset: string | null;
}

const WAIT = 140;
const SHORTEST = 2;
let lists = 0;

export function suggest(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[name=q]");
  const language = form.dataset.language;
  if (!input || !language) return;

  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${++lists}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label")?.textContent ?? "");
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  form.append(list, said);
  input.type = "text"; // a search field may not be a combobox
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let results: Result[] = [];
  let chosen = -1;
  let timer = 0;
  let running: AbortController | null = null;

  const choose = (place: number): void => {
    chosen = place;
    [...list.children].forEach((row, number) => {
      row.setAttribute("aria-selected", String(number === place));
      if (number === place) row.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${place}`);
  };

  const show = (open: boolean): void => {
    const shown = open && results.length > 0;
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) choose(-1);
  };

  const fill = (found: Result[]): void => {
    results = found;
    list.replaceChildren(
      ...found.map((result, number) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${number}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        const title = document.createElement("strong");
        title.textContent = result.asset ? `${result.title} (${result.asset})` : result.title;
        const topic = document.createElement("span");
        topic.textContent = result.topic;
        if (result.language !== language) title.lang = result.language;
        row.append(title, topic);
        // Before the field loses the focus, which would close the list.
        row.addEventListener("pointerdown", (event) => event.preventDefault());
        row.addEventListener("click", () => location.assign(result.url));
        return row;
      }),
    );
    chosen = -1;
    show(document.activeElement === input);
    said.textContent = found.length
      ? (form.dataset.count ?? "").replace("{count}", String(found.length))
      : (form.dataset.none ?? "");
  };

  const look = async (): Promise<void> => {
    const query = input.value.trim();
    running?.abort();
    if (query.length < SHORTEST) {
      results = [];
      said.textContent = "";
      show(false);
      return;
    }
    running = new AbortController();
    const { signal } = running;
    try {
      const parts = new URLSearchParams({ language, q: query });
      const answer = await fetch(`/api/help/search?${parts}`, { signal });
      if (!answer.ok) return; // too fast, or no server: Enter still searches
      const found = (await answer.json()) as { results: Result[] };
      if (!signal.aborted) fill(found.results);
    } catch {
      // Aborted by the next letter, or offline.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), WAIT);
  });
  input.addEventListener("focus", () => show(true));
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the first Escape closes the list, the next one empties the field
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && results.length) {
      event.preventDefault();
      if (list.hidden) show(true);
      const places = results.length + 1; // one more: the field itself
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      const result = results[chosen];
      if (result) location.assign(result.url);
    }
  });
}
