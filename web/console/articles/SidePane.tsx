import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Markdown } from "../../common/Markdown";
import { useNow } from "../../common/store";
import { clock, dayLabel } from "../../common/time";
import { AskDialog } from "./dialogs";
import { diffLines, hunks } from "./diff";
import { unfinished, type Open, type Publication, type Revision, type Shelf, type ShelfState } from "./shelf";
import { words } from "./words";

type Tab = "preview" | "history" | "publications";

function when(at: string, now: number): string {
  return `${dayLabel(at, now, navigator.language)}, ${clock(at, navigator.language)}`;
}

function Pick({ label, value, options, test, set }: { label: string; value: string; options: string[]; test: string; set: (value: string) => void }): VNode {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} data-testid={test} onChange={(event) => set((event.currentTarget as HTMLSelectElement).value)}>
        <option value="">{words.inGeneral}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function Preview({ shelf, state, open }: { shelf: Shelf; state: ShelfState; open: Open }): VNode {
  const preview = state.check?.preview;
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h2 id="preview-title">{words.previewFor}</h2>
      <div class="choices">
        <Pick label={words.asset} value={state.asset} options={state.options.assets} test="preview-asset" set={(asset) => shelf.previewFor(asset, state.network)} />
        <Pick label={words.network} value={state.network} options={state.options.networks} test="preview-network" set={(network) => shelf.previewFor(state.asset, network)} />
      </div>
      {preview ? (
        <div class={state.checking ? "preview-text stale" : "preview-text"} data-testid="preview" lang={open.row.language}>
          <div class="bubble-like">
            <Markdown text={preview.holds ? `${preview.short}\n\n${preview.holds}` : preview.short} />
          </div>
          {preview.details ? (
            <details open>
              <summary>{words.more}</summary>
              <Markdown text={preview.details} />
            </details>
          ) : null}
        </div>
      ) : (
        <p class="quiet-words">{state.check ? words.noPreview : words.checking}</p>
      )}
      {open.row.state === "live" ? (
        <p>
          <a class="link" href={`/help/${open.row.language}/${open.row.id}`} target="_blank" rel="noopener">
            {words.openPage}
          </a>
        </p>
      ) : null}
    </section>
  );
}

function Difference({ before, after }: { before: string; after: string }): VNode {
  const shown = hunks(diffLines(before, after));
  if (!shown.length) return <p class="quiet-words">{words.equal}</p>;
  return (
    <pre class="diff" data-testid="diff" tabIndex={0} aria-label={words.compare}>
      {shown.map((line, at) =>
        line === null ? (
          <span key={at} class="diff-gap">
            {"…\n"}
          </span>
        ) : line.kind === "same" ? (
          <span key={at}>{`  ${line.text}\n`}</span>
        ) : line.kind === "added" ? (
          <ins key={at} aria-label={words.added}>{`+ ${line.text}\n`}</ins>
        ) : (
          <del key={at} aria-label={words.removed}>{`- ${line.text}\n`}</del>
        ),
      )}
    </pre>
  );
}

function History({ shelf, open }: { shelf: Shelf; open: Open }): VNode {
  const now = useNow(60_000);
  const [shown, setShown] = useState<{ number: number; text: string } | null>(null);
  useEffect(() => setShown(null), [open.row.id, open.row.language]);
  const compare = async (number: number) => {
    if (shown?.number === number) return setShown(null);
    const text = await shelf.textOf(number);
    if (text !== null) setShown({ number, text });
  };
  const entry = (number: number, name: string, by: string | null, note: string, tags: string[]): VNode => (
    <li key={number} class="revision" data-testid="revision" data-number={number}>
      <p class="revision-head">
        <strong>{name}</strong>
        {tags.map((tag) => (
          <span key={tag} class={`tag state ${tag === words.liveNow ? "live" : ""}`}>
            {tag}
          </span>
        ))}
      </p>
      {by ? <p class="quiet-words">{by}</p> : null}
      {note ? <p>{note}</p> : null}
      <p class="revision-acts">
        <button type="button" class="link" aria-expanded={shown?.number === number} onClick={() => void compare(number)}>
          {shown?.number === number ? words.hide : words.compare}
        </button>
        <button type="button" class="link" onClick={() => void shelf.revert(number)}>
          {words.bringBack}
        </button>
      </p>
      {shown?.number === number ? <Difference before={shown.text} after={open.text} /> : null}
    </li>
  );
  const tags = (revision: Revision) => [
    ...(revision.withdraws || revision.state !== "published" ? [words.revisionStates[revision.withdraws ? "withdrawn" : revision.state] ?? revision.state] : []),
    ...(revision.number === open.row.live_revision ? [words.liveNow] : []),
  ];
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{words.history}</h2>
      {open.revisions.length ? null : <p class="quiet-words">{words.noHistory}</p>}
      <ol class="revisions">
        {open.revisions.map((one) => entry(one.number, words.revision(one.number), words.byline(one.author, when(one.at, now)), one.note, tags(one)))}
        {open.file !== null ? entry(0, words.file, null, "", open.row.live_revision === 0 ? [words.liveNow] : []) : null}
      </ol>
    </section>
  );
}

function seconds(publication: Publication): string {
  if (!publication.finished_at) return "";
  return words.seconds((Date.parse(publication.finished_at) - Date.parse(publication.requested_at)) / 1000);
}

function Entry({ publication, now }: { publication: Publication; now: number }): VNode {
  const names = Object.keys(publication.changes);
  return (
    <li class="change" data-testid="publication" data-state={publication.state}>
      <p class="revision-head">
        <strong>{words.actions[publication.action] ?? publication.action}</strong>
        <span class={`tag state ${publication.state}`}>{words.publicationStates[publication.state]}</span>
        {unfinished(publication) && publication.step ? <span class="quiet-words">{publication.step}</span> : null}
      </p>
      {names.length ? <p class="change-names">{names.join(", ")}</p> : null}
      <p class="quiet-words">{[words.byline(publication.requester, when(publication.requested_at, now)), seconds(publication)].filter(Boolean).join(" · ")}</p>
      {publication.note ? <p>{publication.note}</p> : null}
      {publication.state === "failed" ? (
        <ul class="change-findings">
          {publication.findings.map((finding, at) => (
            <li key={at} class={`finding ${finding.severity}`}>
              {finding.article && finding.language ? (
                <a class="link" href={`#articles/${finding.article}/${finding.language}`}>
                  {finding.article}.{finding.language}
                  {finding.line !== null ? `:${finding.line}` : ""}
                </a>
              ) : null}
              <span>{finding.message}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function Publications({ shelf, state }: { shelf: Shelf; state: ShelfState }): VNode {
  const now = useNow(60_000);
  const [asking, setAsking] = useState(false);
  const busy = state.publications.some(unfinished);
  return (
    <section aria-labelledby="publications-title">
      <h2 id="publications-title">{words.publications}</h2>
      <p class="build">
        <span>{words.build}</span> <code data-testid="build">{state.build.current ?? words.noBuild}</code>
      </p>
      <p class="build-acts">
        <button type="button" class="button" disabled={busy || !state.build.previous} onClick={() => setAsking(true)} data-testid="roll-back">
          {words.rollBack}
        </button>
        <button type="button" class="button" disabled={busy} title={words.rebuildHint} onClick={() => void shelf.rebuild()} data-testid="rebuild">
          {words.rebuild}
        </button>
      </p>
      <ol class="revisions" aria-live="polite">
        {state.publications.map((publication) => (
          <Entry key={publication.id} publication={publication} now={now} />
        ))}
      </ol>
      {asking ? (
        <AskDialog
          title={words.rollBackTitle}
          text={words.rollBackText}
          act={words.actions.roll_back ?? ""}
          danger
          cancel={() => setAsking(false)}
          done={() => {
            setAsking(false);
            void shelf.rollBack();
          }}
        />
      ) : null}
    </section>
  );
}

/** Beside the editor: what customers would read, what was before, and what is being published. */
export function SidePane({ shelf, state, open }: { shelf: Shelf; state: ShelfState; open: Open | null }): VNode {
  const [tab, setTab] = useState<Tab>("preview");
  const running = state.publications.find(unfinished);
  const newest = state.publications[0];
  const shown = open ? tab : "publications";
  useEffect(() => {
    // A publication was asked for: its progress is what one wants to see now.
    if (running) setTab("publications");
  }, [running?.id]);
  return (
    <aside class="side articles-side" aria-label={words.preview}>
      {open ? (
        <div class="views" role="group">
          {(["preview", "history", "publications"] as Tab[]).map((name) => (
            <button key={name} type="button" class="view" aria-pressed={shown === name} onClick={() => setTab(name)} data-testid={`tab-${name}`}>
              {words[name]}
              {name === "publications" && running ? <span class="count hot">1</span> : null}
            </button>
          ))}
        </div>
      ) : null}
      <p role="status" class="hidden">
        {newest ? `${words.actions[newest.action] ?? ""}: ${words.publicationStates[newest.state] ?? ""}` : ""}
      </p>
      {open && shown === "preview" ? <Preview shelf={shelf} state={state} open={open} /> : null}
      {open && shown === "history" ? <History shelf={shelf} open={open} /> : null}
      {shown === "publications" ? <Publications shelf={shelf} state={state} /> : null}
    </aside>
  );
}
