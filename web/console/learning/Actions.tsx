import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dateLabel } from "../../common/time";
import { languageName, percent } from "../labels";
import { go } from "../sections";
import { chosen, fits, underWay, type Candidate, type Choice, type Cluster, type Decision, type Lessons, type LessonsState } from "./lessons";
import { words } from "./words";

const OTHER = "";

/** What can be done about a cluster, or what was done. */
export function Actions({ lessons, state, cluster }: { lessons: Lessons; state: LessonsState; cluster: Cluster }): VNode {
  const decided = cluster.state !== "open";
  return (
    <div class="lesson-acts">
      {state.alert ? (
        <p class="lesson-alert" role="alert" data-testid="lesson-alert">
          {state.alert}
        </p>
      ) : null}
      {cluster.decision ? <Decided lessons={lessons} state={state} cluster={cluster} decision={cluster.decision} /> : null}
      {decided ? null : (
        <>
          {cluster.suggested === "draft" ? <Draft lessons={lessons} state={state} cluster={cluster} /> : null}
          <Phrasings lessons={lessons} state={state} cluster={cluster} />
          {cluster.suggested === "draft" ? null : <Draft lessons={lessons} state={state} cluster={cluster} />}
          <Dismiss lessons={lessons} state={state} />
        </>
      )}
    </div>
  );
}

function Decided({ lessons, state, cluster, decision }: { lessons: Lessons; state: LessonsState; cluster: Cluster; decision: Decision }): VNode {
  const when = dateLabel(decision.at, navigator.language);
  const again = cluster.state === "open";
  const publication = cluster.publication;
  const reason = words.reasons.find(([code]) => code === decision.reason)?.[1];
  return (
    <section class="lesson-decided" aria-live="polite" data-testid="decided">
      <h2>{words.decisions[decision.what]}</h2>
      <p class="quiet-words">
        {again && publication?.state !== "failed" ? words.again(words.decisions[decision.what] ?? "", when, decision.members) : words.decidedBy(decision.by ?? "–", when)}
      </p>
      {reason ? <p>{reason}</p> : null}
      {decision.note ? <p>{decision.note}</p> : null}
      {decision.article ? (
        <p>
          {decision.phrasings ? words.decidedPhrasings(decision.phrasings, decision.article) : decision.article}{" "}
          <button type="button" class="link" onClick={() => go("articles", decision.article ?? "", decision.languages?.[0] ?? "en")}>
            {words.openArticle}
          </button>
        </p>
      ) : null}
      {publication ? (
        <p class={`publication ${publication.state}`} data-testid="publication" data-state={publication.state}>
          {underWay(cluster) ? <span class="working" aria-hidden="true" /> : null}
          {words.publication[publication.state]}
        </p>
      ) : null}
      {publication?.state === "failed" ? (
        <ul class="lesson-findings">
          {publication.findings.map((finding, at) => (
            <li key={at}>
              {finding.article ? <code>{finding.article}</code> : null} {finding.message}
            </li>
          ))}
        </ul>
      ) : null}
      {again || underWay(cluster) ? null : (
        <button type="button" class="button" disabled={state.busy} data-testid="reopen" onClick={() => void lessons.reopen()}>
          {words.reopen}
        </button>
      )}
    </section>
  );
}

function Phrasings({ lessons, state, cluster }: { lessons: Lessons; state: LessonsState; cluster: Cluster }): VNode {
  const [article, setArticle] = useState(cluster.candidates[0]?.article ?? OTHER);
  const [other, setOther] = useState("");
  const [choices, setChoices] = useState<Choice[]>(cluster.phrasings.map((one) => ({ ...one, taken: cluster.suggested === "phrasings" })));
  const candidate = cluster.candidates.find((one) => one.article === article) ?? null;
  const target = candidate ? candidate.article : other.trim();
  const taken = chosen(choices, candidate);
  const change = (at: number, part: Partial<Choice>) => setChoices(choices.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <section aria-labelledby="phrasings-title">
      <h2 id="phrasings-title">{words.phrasingsTitle}</h2>
      <p class="quiet-words">{words.phrasingsMore}</p>
      <form
        class="lesson-form"
        onSubmit={(event) => {
          event.preventDefault();
          void lessons.accept(target, taken);
        }}
      >
        <fieldset>
          <legend>{words.article}</legend>
          {cluster.candidates.map((one) => (
            <ArticleOption key={one.article} candidate={one} checked={article === one.article} choose={() => setArticle(one.article)} />
          ))}
          <label class="option">
            <input type="radio" name="article" checked={article === OTHER} onChange={() => setArticle(OTHER)} />
            {words.otherArticle}
          </label>
          {article === OTHER ? (
            <label class="field">
              <span>{words.otherId}</span>
              <input value={other} data-testid="other-article" onInput={(event) => setOther(event.currentTarget.value)} />
            </label>
          ) : null}
        </fieldset>
        <ul class="phrasings">
          {choices.map((choice, at) => (
            <li key={at} class={fits(choice, candidate) ? "" : "unfit"}>
              <input
                type="checkbox"
                aria-label={words.take(choice.text)}
                checked={choice.taken && fits(choice, candidate)}
                disabled={!fits(choice, candidate)}
                data-testid="take-phrasing"
                onChange={(event) => change(at, { taken: event.currentTarget.checked })}
              />
              <input
                type="text"
                aria-label={words.phrasing(languageName(choice.language))}
                lang={choice.language}
                value={choice.text}
                maxLength={140}
                disabled={!fits(choice, candidate)}
                data-testid="phrasing"
                onInput={(event) => change(at, { text: event.currentTarget.value, taken: true })}
              />
              <span class="tag lang" title={fits(choice, candidate) ? languageName(choice.language) : words.notThere(languageName(choice.language))}>
                {choice.language.toUpperCase()}
              </span>
              {fits(choice, candidate) ? null : <small>{words.notThere(languageName(choice.language))}</small>}
            </li>
          ))}
        </ul>
        <button type="button" class="link" onClick={() => setChoices([...choices, { text: "", language: cluster.language, taken: true }])}>
          {words.more}
        </button>
        <div class="lesson-end">
          <button type="submit" class="button primary" disabled={state.busy || !target || !taken.length} data-testid="accept">
            {state.busy ? words.accepting : words.accept}
          </button>
          <p class="quiet-words">{words.acceptMore}</p>
        </div>
      </form>
    </section>
  );
}

function ArticleOption({ candidate, checked, choose }: { candidate: Candidate; checked: boolean; choose: () => void }): VNode {
  return (
    <label class="option candidate">
      <input type="radio" name="article" checked={checked} data-testid="candidate" data-article={candidate.article} onChange={choose} />
      <span>
        <strong>{candidate.title}</strong>
        <span class="quiet-words">
          {words.score(percent(candidate.score))} · {words.first(percent(candidate.first))}
        </span>
        <span class="candidate-bar" aria-hidden="true">
          <i style={{ inlineSize: `${Math.round(candidate.score * 100)}%` }} />
        </span>
      </span>
    </label>
  );
}

function Draft({ lessons, state, cluster }: { lessons: Lessons; state: LessonsState; cluster: Cluster }): VNode {
  const [title, setTitle] = useState(cluster.draft?.title ?? cluster.title);
  const [body, setBody] = useState(cluster.draft?.body ?? "");
  return (
    <section aria-labelledby="draft-title">
      <h2 id="draft-title">{words.draftTitle}</h2>
      <p class="quiet-words">{cluster.draft ? words.draftMore(cluster.draft.answers) : words.draftNone}</p>
      <form
        class="lesson-form"
        lang={cluster.draft?.language ?? cluster.language}
        onSubmit={(event) => {
          event.preventDefault();
          void lessons.draft(title, body);
        }}
      >
        <label class="field">
          <span>{words.draftHeading}</span>
          <input value={title} maxLength={200} data-testid="draft-title" onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>{words.draftBody}</span>
          <textarea rows={cluster.draft ? 7 : 3} value={body} data-testid="draft-body" onInput={(event) => setBody(event.currentTarget.value)} />
        </label>
        <div class="lesson-end">
          <button type="submit" class="button" disabled={state.busy || !title.trim() || !body.trim()} data-testid="make-draft">
            {words.draft}
          </button>
          <p class="quiet-words">{words.draftAfter}</p>
        </div>
      </form>
    </section>
  );
}

function Dismiss({ lessons, state }: { lessons: Lessons; state: LessonsState }): VNode {
  const [reason, setReason] = useState(words.reasons[0]?.[0] ?? "other");
  const [note, setNote] = useState("");
  return (
    <section aria-labelledby="dismiss-title">
      <h2 id="dismiss-title">{words.dismissTitle}</h2>
      <p class="quiet-words">{words.dismissMore}</p>
      <form
        class="lesson-form dismissing"
        onSubmit={(event) => {
          event.preventDefault();
          void lessons.dismiss(reason, note);
        }}
      >
        <label class="field">
          <span>{words.reason}</span>
          <select value={reason} data-testid="dismiss-reason" onChange={(event) => setReason(event.currentTarget.value)}>
            {words.reasons.map(([code, label]) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{words.note}</span>
          <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button" disabled={state.busy} data-testid="dismiss">
          {words.dismiss}
        </button>
      </form>
    </section>
  );
}
