import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { InboxIcon, SearchIcon } from "../../common/icons";
import { languageName, words as read } from "../labels";
import { filtered, NO_FILTERS, type Filters, type Row, type Shelf, type ShelfState } from "./shelf";
import { words } from "./words";

// A list of some thousand rows is drawn in steps; filters are how one finds something in it.
const DRAWN = 300;

function Choice({ name, value, options, label, set }: { name: string; value: string; options: string[]; label: (value: string) => string; set: (value: string) => void }): VNode {
  return (
    <label class="choice">
      <span>{name}</span>
      <select value={value} data-testid={`filter-${name.toLowerCase()}`} onChange={(event) => set((event.currentTarget as HTMLSelectElement).value)}>
        <option value="">{words.any}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {label(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function StateTags({ row }: { row: Row }): VNode {
  return (
    <>
      {row.state !== "live" ? <span class={`tag state ${row.state}`}>{(row.hindrance && words.withheld[row.hindrance]) || words.states[row.state]}</span> : null}
      {row.changed && row.state !== "draft" ? <span class="tag state changed">{words.changed}</span> : null}
      {row.review === "overdue" && row.hindrance !== "review" ? <span class="tag state withheld">{words.reviewOverdue}</span> : null}
      {row.audience === "business" ? <span class="tag">{words.audiences.business}</span> : null}
      {row.jurisdiction.length ? <span class="tag">{row.jurisdiction.join(", ")}</span> : null}
      {row.review === "soon" && row.review_by ? <span class="tag state soon">{words.reviewSoon(row.review_by)}</span> : null}
    </>
  );
}

export function ArticleList({ shelf, state, openKey, open, create }: { shelf: Shelf; state: ShelfState; openKey: string | null; open: (row: Row) => void; create: () => void }): VNode {
  const list = useRef<HTMLUListElement>(null);
  const rows = filtered(state.rows, state.filters);
  const values = (key: "topic" | "language" | "owner") => [...new Set(state.rows.map((row) => row[key]).filter((value): value is string => Boolean(value)))].sort();
  const set = (part: Partial<Filters>) => shelf.filter(part);

  useEffect(() => {
    list.current?.querySelector(".row.open")?.scrollIntoView?.({ block: "nearest" });
  }, [openKey, state.listed]);

  const step = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>("button.row") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <nav class="list" aria-label={words.list}>
      <div class="list-head">
        <div class="list-acts">
          <span class="quiet-words" role="status">
            {state.listed ? words.shown(rows.length, state.rows.length) : ""}
          </span>
          <button type="button" class="button" onClick={create} data-testid="new-article">
            {words.create}
          </button>
        </div>
        <label class="search">
          <SearchIcon />
          <span class="hidden">{words.filter}</span>
          <input type="search" placeholder={words.filter} value={state.filters.text} data-testid="filter-text" onInput={(event) => set({ text: (event.currentTarget as HTMLInputElement).value })} />
        </label>
        <div class="choices">
          <Choice name={words.topic} value={state.filters.topic} options={values("topic")} label={read} set={(topic) => set({ topic })} />
          <Choice name={words.language} value={state.filters.language} options={values("language")} label={languageName} set={(language) => set({ language })} />
          <Choice name={words.owner} value={state.filters.owner} options={values("owner")} label={read} set={(owner) => set({ owner })} />
          <Choice name={words.state} value={state.filters.state} options={[...Object.keys(words.states), ...Object.keys(words.withheld).map((why) => `withheld.${why}`), "changed"]} label={(value) => words.states[value] ?? words.withheld[value.replace("withheld.", "")] ?? words.changed} set={(value) => set({ state: value })} />
          <Choice name={words.review} value={state.filters.review} options={Object.keys(words.reviews)} label={(value) => words.reviews[value] ?? value} set={(review) => set({ review })} />
        </div>
      </div>
      {rows.length ? (
        <ul class="rows" ref={list} onKeyDown={step}>
          {rows.slice(0, DRAWN).map((row) => {
            const key = `${row.id}.${row.language}`;
            return (
              <li key={key}>
                <button type="button" class={`row${key === openKey ? " open" : ""}`} aria-current={key === openKey ? "true" : undefined} data-testid="article-row" data-article={key} onClick={() => open(row)}>
                  <span class="row-top">
                    <span class="row-name">{row.title}</span>
                    <span class="tag lang">{row.language.toUpperCase()}</span>
                  </span>
                  <span class="row-text">{row.id}</span>
                  <span class="row-foot">
                    {row.topic ? <span class="tag">{read(row.topic)}</span> : null}
                    {row.owner ? <span class="tag team">{read(row.owner)}</span> : null}
                    <StateTags row={row} />
                    {shelf.isLeft(row.id, row.language) ? <span class="tag state changed">{words.unsavedTag}</span> : null}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      ) : state.listed ? (
        <div class="nothing">
          <InboxIcon />
          <strong>{words.nothing}</strong>
          <button type="button" class="button" onClick={() => set(NO_FILTERS)}>
            {words.clear}
          </button>
        </div>
      ) : (
        <div class="skeletons" aria-busy="true" aria-label={words.loading}>
          <i />
          <i />
          <i />
          <i />
        </div>
      )}
    </nav>
  );
}
