import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AlertIcon, CheckIcon, ChevronLeft, CloseIcon, GlobeIcon } from "../../common/icons";
import { languageName, words as read } from "../labels";
import { StateTags } from "./ArticleList";
import { AskDialog } from "./dialogs";
import { hasFront, linesAbove, readBody, readList, readText, writeBody, writeChoice, writeList, writeText } from "./frontmatter";
import type { Finding, Open, Shelf, ShelfState } from "./shelf";
import { words } from "./words";

type Mode = "fields" | "source";

function TextField({ id, label, hint, value, kind, options, names, set }: { id: string; label: string; hint?: string; value: string | null; kind?: "date"; options?: string[]; names?: Record<string, string>; set: (value: string) => void }): VNode {
  const described = hint ? `${id}-hint` : undefined;
  return (
    <label class="field">
      <span>{label}</span>
      {value === null ? (
        <em class="quiet-words">{words.inSource}</em>
      ) : options ? (
        <select value={value} data-testid={`field-${id}`} onChange={(event) => set((event.currentTarget as HTMLSelectElement).value)}>
          {[...new Set([value, ...options])].map((option) => (
            <option key={option} value={option}>
              {names?.[option] ?? read(option)}
            </option>
          ))}
        </select>
      ) : kind === "date" ? (
        <input type="date" value={value} data-testid={`field-${id}`} aria-describedby={described} onInput={(event) => set((event.currentTarget as HTMLInputElement).value)} />
      ) : (
        <input value={value} dir="auto" data-testid={`field-${id}`} aria-describedby={described} onInput={(event) => set((event.currentTarget as HTMLInputElement).value)} />
      )}
      {hint ? <small id={described}>{hint}</small> : null}
    </label>
  );
}

function ListField({ id, label, hint, values, rows, names, set }: { id: string; label: string; hint: string; values: string[] | null; rows?: number; names?: string[]; set: (values: string[]) => void }): VNode {
  // What is typed stays as typed (a comma at the end, an empty line) while the list is read from it.
  const split = (text: string) => text.split(rows ? "\n" : /[,\n]/).map((item) => item.trim()).filter(Boolean);
  const joined = (values ?? []).join(rows ? "\n" : ", ");
  const [typed, setTyped] = useState(joined);
  const shown = split(typed).join("\u0000") === (values ?? []).join("\u0000") ? typed : joined;
  const type = (text: string) => {
    setTyped(text);
    set(split(text));
  };
  return (
    <label class="field">
      <span>{label}</span>
      {values === null ? (
        <em class="quiet-words">{words.inSource}</em>
      ) : rows ? (
        <textarea rows={rows} value={shown} dir="auto" data-testid={`field-${id}`} aria-describedby={`${id}-hint`} onInput={(event) => type((event.currentTarget as HTMLTextAreaElement).value)} />
      ) : (
        <input value={shown} list={names ? `${id}-names` : undefined} data-testid={`field-${id}`} aria-describedby={`${id}-hint`} onInput={(event) => type((event.currentTarget as HTMLInputElement).value)} />
      )}
      {names ? (
        <datalist id={`${id}-names`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ) : null}
      <small id={`${id}-hint`}>{hint}</small>
    </label>
  );
}

function Fields({ shelf, state, open, body }: { shelf: Shelf; state: ShelfState; open: Open; body: { current: HTMLTextAreaElement | null } }): VNode {
  const text = open.text;
  const write = (next: string) => shelf.write(next);
  const places = readList(text, "jurisdiction");
  const choice = (id: string, key: string, label: string, options: string[], names: Record<string, string>): VNode => {
    const [rule = ""] = options;
    const value = readText(text, key);
    return <TextField id={id} label={label} value={value === "" ? rule : value} options={options} names={names} set={(chosen) => write(writeChoice(text, key, chosen, rule))} />;
  };
  return (
    <div class="fields">
      <TextField id="title" label={words.title} value={readText(text, "title")} set={(value) => write(writeText(text, "title", value))} />
      <div class="fields-row">
        <TextField id="topic" label={words.topic} value={readText(text, "topic")} options={state.options.topics} set={(value) => write(writeText(text, "topic", value, true))} />
        <TextField id="owner" label={words.owner} value={readText(text, "owner")} options={state.options.owners} set={(value) => write(writeText(text, "owner", value, true))} />
        <TextField id="review" label={words.reviewBy} kind="date" value={readText(text, "review_by")} set={(value) => write(writeText(text, "review_by", value, true))} />
      </div>
      <div class="fields-row">
        {choice("state", "state", words.textState, state.options.states, words.textStates)}
        {choice("audience", "audience", words.audience, state.options.audiences, words.audiences)}
      </div>
      {/* A name with a comma in it would be torn apart here. */}
      <ListField id="jurisdiction" label={words.jurisdiction} hint={words.jurisdictionHint} values={places?.some((place) => place.includes(",")) ? null : places} set={(values) => write(writeList(text, "jurisdiction", values, "flow"))} />
      <label class="field grow">
        <span>{words.body}</span>
        <textarea ref={body} class="code" rows={14} dir="auto" spellcheck value={readBody(text)} data-testid="field-body" aria-describedby="body-hint" onInput={(event) => write(writeBody(text, (event.currentTarget as HTMLTextAreaElement).value))} />
        <small id="body-hint">{words.bodyHint}</small>
      </label>
      <ListField id="questions" label={words.questions} hint={words.questionsHint} rows={8} values={readList(text, "questions")} set={(values) => write(writeList(text, "questions", values, "lines", true))} />
      <ListField id="intents" label={words.intents} hint={words.intentsHint} values={readList(text, "intents")} set={(values) => write(writeList(text, "intents", values, "flow", true))} />
      <ListField id="follow_ups" label={words.followUps} hint={words.followUpsHint} values={readList(text, "follow_ups")} set={(values) => write(writeList(text, "follow_ups", values, "flow"))} />
    </div>
  );
}

function Findings({ state, open, jump }: { state: ShelfState; open: Open; jump: (finding: Finding) => void }): VNode {
  const found = state.check?.findings ?? [];
  const errors = found.filter((one) => one.severity === "error").length;
  return (
    <section class="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">{words.findings}</h2>
      <p role="status" class={errors ? "findings-sum bad" : "findings-sum"} data-testid="check-state">
        {state.checking && !state.check ? words.checking : errors ? words.errors(errors) : state.check ? words.noFindings : ""}
      </p>
      {found.length ? (
        <ul data-testid="findings">
          {found.map((finding, at) => (
            <li key={at} class={`finding ${finding.severity}`}>
              {finding.line !== null && finding.article === open.row.id ? (
                <button type="button" class="link" onClick={() => jump(finding)}>
                  {words.line(finding.line)}
                </button>
              ) : null}
              <span>{finding.message}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** How high a text stands in a field, with its long lines wrapped as there. */
function heightOf(field: HTMLTextAreaElement, text: string): number {
  const mirror = document.createElement("div");
  const { font, lineHeight, padding, tabSize } = getComputedStyle(field);
  Object.assign(mirror.style, { font, lineHeight, padding, tabSize, width: `${field.clientWidth}px`, boxSizing: "border-box", position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  mirror.textContent = text;
  document.body.append(mirror);
  const height = mirror.scrollHeight;
  mirror.remove();
  return height;
}

export function Editor({ shelf, state, open, back, translate }: { shelf: Shelf; state: ShelfState; open: Open; back: () => void; translate: () => void }): VNode {
  const [mode, setMode] = useState<Mode>("fields");
  const [asking, setAsking] = useState<"publish" | "withdraw" | null>(null);
  const source = useRef<HTMLTextAreaElement | null>(null);
  const body = useRef<HTMLTextAreaElement | null>(null);
  const dirty = open.text !== open.kept;
  const fieldsShown = mode === "fields" && hasFront(open.text);
  const { row } = open;
  const withheld = readText(open.text, "state") === "draft" || readText(open.text, "audience") === "agents";

  useEffect(() => setMode("fields"), [row.id, row.language]);

  const jump = (finding: Finding) => {
    const line = finding.line ?? 1;
    const above = linesAbove(open.text);
    const inBody = fieldsShown && line > above;
    if (!inBody) setMode("source");
    requestAnimationFrame(() => {
      const field = inBody ? body.current : source.current;
      if (!field) return;
      const lines = field.value.split("\n");
      const wanted = Math.min(Math.max(line - (inBody ? above : 0), 1), lines.length);
      const start = lines.slice(0, wanted - 1).reduce((sum, one) => sum + one.length + 1, 0);
      field.focus();
      field.setSelectionRange(start, start + (lines[wanted - 1]?.length ?? 0));
      field.scrollTop = heightOf(field, field.value.slice(0, start)) - field.clientHeight / 3;
    });
  };

  return (
    <main class="conversation editor">
      <header class="conversation-head">
        <button type="button" class="tool back" aria-label={words.back} onClick={back}>
          <ChevronLeft />
        </button>
        <div class="conversation-words">
          <h1>{state.check?.title ?? row.title}</h1>
          <p>
            <code>{row.id}</code>
            <span class="tag lang">{languageName(row.language)}</span>
            <StateTags row={row} />
            {row.state === "live" ? <span class="tag state live">{words.states.live}</span> : null}
          </p>
        </div>
        <div class="conversation-acts">
          <button type="button" class="button" onClick={translate}>
            <GlobeIcon />
            <span class="roomy-only">{words.translate}</span>
          </button>
          {row.state === "live" || row.state === "withheld" ? (
            <button type="button" class="button" disabled={state.busy} onClick={() => setAsking("withdraw")} data-testid="withdraw">
              {words.withdraw}
            </button>
          ) : null}
          <button type="button" class="button" disabled={state.busy || !dirty} onClick={() => void shelf.save()} data-testid="save" aria-keyshortcuts="Control+S">
            {words.save}
          </button>
          <button type="button" class="button primary" disabled={state.busy || state.check?.publishable === false || (!dirty && !row.changed && row.state !== "draft" && row.state !== "withdrawn")} onClick={() => setAsking("publish")} data-testid="publish">
            <CheckIcon />
            {words.publish}
          </button>
        </div>
      </header>
      <div role="alert">
        {state.alert ? (
          <div class="alert" data-testid="alert">
            <AlertIcon />
            <span>{state.alert}</span>
            {state.conflict ? (
              <span class="alert-acts">
                <button type="button" class="button" onClick={() => void shelf.saveOnTop()} data-testid="keep-mine">
                  {words.keepMine}
                </button>
                <button type="button" class="button" onClick={() => void shelf.discardMine()}>
                  {words.takeTheirs}
                </button>
              </span>
            ) : null}
            <button type="button" class="tool" aria-label={words.hide} onClick={() => shelf.dismiss()}>
              <CloseIcon />
            </button>
          </div>
        ) : null}
      </div>
      <div class="editor-body">
        <div class="editor-top">
          <div class="views" role="group" aria-label={words.mode}>
            {(["fields", "source"] as Mode[]).map((name) => (
              <button key={name} type="button" class="view" aria-pressed={(name === "fields") === fieldsShown} disabled={name === "fields" && !hasFront(open.text)} onClick={() => setMode(name)} data-testid={`mode-${name}`}>
                {words[name]}
              </button>
            ))}
          </div>
          <span class="editor-saved">
            <span role="status" class="quiet-words" data-testid="save-state">
              {state.saved ?? (dirty ? words.unsaved : open.isNew ? "" : words.allSaved)}
            </span>
            {dirty && !open.isNew ? (
              <button type="button" class="link" onClick={() => void shelf.discardMine()} data-testid="discard">
                {words.discard}
              </button>
            ) : null}
          </span>
        </div>
        {fieldsShown ? (
          <Fields key={`${row.id}.${row.language}.${open.base}`} shelf={shelf} state={state} open={open} body={body} />
        ) : (
          <label class="field grow">
            <span>{words.source}</span>
            <textarea ref={source} class="code whole" dir="auto" spellcheck value={open.text} data-testid="source" onInput={(event) => shelf.write((event.currentTarget as HTMLTextAreaElement).value)} />
          </label>
        )}
        <label class="field">
          <span>{words.note}</span>
          <input value={state.note} maxLength={500} placeholder={words.notePlaceholder} data-testid="note" onInput={(event) => shelf.setNote((event.currentTarget as HTMLInputElement).value)} />
        </label>
        <Findings state={state} open={open} jump={jump} />
      </div>
      {asking ? (
        <AskDialog
          title={asking === "publish" ? words.publishTitle : words.withdrawTitle}
          text={asking === "withdraw" ? words.withdrawText : withheld ? words.publishWithheld : words.publishText}
          more={asking === "withdraw" && row.language === "en" ? words.withdrawAll : undefined}
          act={asking === "publish" ? words.publish : words.withdraw}
          danger={asking === "withdraw"}
          cancel={() => setAsking(null)}
          done={() => {
            setAsking(null);
            void (asking === "publish" ? shelf.publish() : shelf.withdraw());
          }}
        />
      ) : null}
    </main>
  );
}
