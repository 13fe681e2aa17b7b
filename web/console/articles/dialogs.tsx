import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../Dialogs";
import { languageName } from "../labels";
import type { ShelfState } from "./shelf";
import { words } from "./words";

export function AskDialog({
  title,
  text,
  more,
  act,
  danger,
  cancelLabel,
  cancel,
  done,
}: {
  title: string;
  text: string;
  more?: string;
  act: string;
  danger?: boolean;
  cancelLabel?: string;
  cancel: () => void;
  done: () => void;
}): VNode {
  return (
    <Dialog title={title} cancel={cancel}>
      <p>{text}</p>
      {more ? <p>{more}</p> : null}
      <div class="dialog-acts">
        <button type="button" class="button" onClick={cancel}>
          {cancelLabel ?? words.cancel}
        </button>
        <button type="button" class={danger ? "button danger" : "button primary"} autofocus onClick={done} data-testid="confirm">
          {act}
        </button>
      </div>
    </Dialog>
  );
}

export function NewDialog({ id, state, cancel, make }: { id: string; state: ShelfState; cancel: () => void; make: (id: string, language: string) => void }): VNode {
  const taken = (name: string, code: string) => state.rows.some((row) => row.id === name && row.language === code);
  const languages = state.options.languages;
  const [name, setName] = useState(id);
  const [language, setLanguage] = useState(languages.find((code) => !taken(id, code)) ?? "en");
  const good = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  const there = good && taken(name, language);
  return (
    <Dialog title={id ? words.translate : words.newTitle} cancel={cancel}>
      <form
        class="new-article"
        onSubmit={(event) => {
          event.preventDefault();
          if (good && !there) make(name, language);
        }}
      >
        <label class="field">
          <span>{words.newId}</span>
          <input value={name} readOnly={Boolean(id)} autofocus={!id} required maxLength={80} data-testid="new-id" aria-describedby="new-id-hint" onInput={(event) => setName((event.currentTarget as HTMLInputElement).value.trim())} />
          <small id="new-id-hint">{there ? words.newIdTaken : words.newIdHint}</small>
        </label>
        <label class="field">
          <span>{words.language}</span>
          <select value={language} data-testid="new-language" onChange={(event) => setLanguage((event.currentTarget as HTMLSelectElement).value)}>
            {languages.map((code) => (
              <option key={code} value={code}>
                {languageName(code)}
              </option>
            ))}
          </select>
        </label>
        <div class="dialog-acts">
          <button type="button" class="button" onClick={cancel}>
            {words.cancel}
          </button>
          <button type="submit" class="button primary" disabled={!good || there} data-testid="make">
            {words.make}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
