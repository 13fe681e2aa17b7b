import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ArticleIcon } from "../../common/icons";
import { useStore } from "../../common/store";
import type { Api } from "../api";
import { go, place } from "../sections";
import { ArticleList } from "./ArticleList";
import { NewDialog } from "./dialogs";
import { Editor } from "./Editor";
import { SidePane } from "./SidePane";
import { Shelf } from "./shelf";
import { words } from "./words";

/** The articles' part of the console: list, editor, and beside it preview, history and publishing. */
export function Articles({ api }: { api: Api }): VNode {
  const shelf = useMemo(() => new Shelf(api), [api]);
  const state = useStore(shelf.store);
  const { path } = useStore(place);
  const [creating, setCreating] = useState<string | null>(null);
  const [id, language] = path;
  const open = state.open;

  useEffect(() => {
    shelf.start();
    return () => shelf.stop();
  }, [shelf]);

  useEffect(() => {
    if (!id || !language) shelf.leave();
    else if (open?.row.id !== id || open.row.language !== language) void shelf.show(id, language);
  }, [id, language]);

  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => {
      if (shelf.unsaved()) event.preventDefault();
    };
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && shelf.store.get().open) {
        event.preventDefault();
        if (shelf.dirty()) void shelf.save();
      }
    };
    window.addEventListener("beforeunload", stay);
    document.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("beforeunload", stay);
      document.removeEventListener("keydown", press);
    };
  }, [shelf]);

  return (
    <>
      <ArticleList shelf={shelf} state={state} openKey={id && language ? `${id}.${language}` : null} open={(row) => go("articles", row.id, row.language)} create={() => setCreating("")} />
      {open ? (
        <>
          <Editor shelf={shelf} state={state} open={open} back={() => go("articles")} translate={() => setCreating(open.row.id)} />
          <SidePane shelf={shelf} state={state} open={open} />
        </>
      ) : (
        <>
          <main class="conversation">
            <div class="nothing">
              <ArticleIcon />
              <strong>{state.alert ?? (state.loading ? words.loading : words.choose)}</strong>
              <p>{words.chooseMore}</p>
            </div>
          </main>
          <SidePane shelf={shelf} state={state} open={null} />
        </>
      )}
      {creating !== null ? (
        <NewDialog
          id={creating}
          state={state}
          cancel={() => setCreating(null)}
          make={(newId, newLanguage) => {
            setCreating(null);
            shelf.begin(newId, newLanguage);
          }}
        />
      ) : null}
    </>
  );
}
