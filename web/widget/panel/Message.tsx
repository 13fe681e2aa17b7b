import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { AlertIcon, ArticleIcon, AssistantMark, CheckIcon, ChevronDown, OutIcon, ShieldIcon } from "../../common/icons";
import { Markdown } from "../../common/Markdown";
import { safeHref } from "../../common/markdown";
import type { Choice, ConversationEvent } from "../../common/protocol";
import { clock, dateLabel } from "../../common/time";
import type { PanelStrings } from "../locale/en";
import type { Entry } from "./outbox";
import type { Row } from "./transcript";

export interface Texts {
  strings: PanelStrings;
  locale: string;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

function Details({ text, texts }: { text: string; texts: Texts }): VNode {
  const [open, setOpen] = useState(false);
  return (
    <details class="details" onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>
        <ChevronDown />
        {open ? texts.strings.hideDetails : texts.strings.showDetails}
      </summary>
      <Markdown text={text} />
    </details>
  );
}

function Article({ event, texts }: { event: ConversationEvent; texts: Texts }): VNode | null {
  const article = event.article;
  const href = article ? safeHref(article.url) : null;
  if (!article || !href) return null;
  return (
    <a class="article" href={href} target="_blank" rel="noopener" data-testid="article">
      <span class="article-icon">
        <ArticleIcon />
      </span>
      <span class="article-words">
        <span class="article-title">{article.title}</span>
        {article.updated ? (
          <span class="article-date">{texts.strings.updated(dateLabel(article.updated, texts.locale))}</span>
        ) : null}
      </span>
      <OutIcon />
      <span class="hidden">({texts.strings.opensInTab})</span>
    </a>
  );
}

interface Choosing {
  row: Row;
  texts: Texts;
  choose: (choice: Choice) => void;
}

function Button({ row, texts, choose, choice, name }: Choosing & { choice: Choice; name: string }): VNode {
  const chosen = row.chosen === choice.label;
  return (
    <button
      type="button"
      class={chosen ? "choice chosen" : "choice"}
      disabled={!row.choicesOpen}
      data-testid={name}
      onClick={() => choose(choice)}
    >
      {chosen ? <CheckIcon /> : null}
      {choice.label}
      {chosen ? <span class="hidden"> ({texts.strings.chosen})</span> : null}
    </button>
  );
}

function Choices(props: Choosing): VNode {
  return (
    <div class="choices" role="group" aria-label={props.texts.strings.choicesLabel}>
      {(props.row.event.choices ?? []).map((choice) => (
        <Button key={choice.token} {...props} choice={choice} name="choice" />
      ))}
    </div>
  );
}

/** Whether the answer solved it. Gone once something else was said, unless that was the verdict. */
function Feedback(props: Choosing): VNode | null {
  const feedback = props.row.event.feedback;
  const told = feedback?.choices.some((choice) => choice.label === props.row.chosen);
  if (!feedback || !(props.row.choicesOpen || told)) return null;
  return (
    <div class="feedback" role="group" aria-label={feedback.question}>
      <span>{feedback.question}</span>
      {feedback.choices.map((choice) => (
        <Button key={choice.token} {...props} choice={choice} name="verdict" />
      ))}
    </div>
  );
}

export function Notice({ event, texts }: { event: ConversationEvent; texts: Texts }): VNode {
  const { strings } = texts;
  const code = event.code ?? "";
  const name = event.agent?.name;
  const own =
    name && code === "agent_joined"
      ? strings.agentJoined(name)
      : name && code === "agent_left"
        ? strings.agentLeft(name)
        : strings.notice[code];
  const text = event.text || own || "";
  const warning = code === "secret_removed" || code === "assistant_unavailable";
  return (
    <div class={warning ? "notice warning" : "notice"} data-testid="notice" data-code={code}>
      {code === "secret_removed" ? <ShieldIcon /> : warning ? <AlertIcon /> : null}
      <span>{text}</span>
    </div>
  );
}

function Redacted({ types, texts }: { types: string[]; texts: Texts }): VNode {
  const { strings } = texts;
  const names = [...new Set(types.map((type) => strings.secrets[type] ?? strings.secretOther))];
  return (
    <div class="redacted">
      <ShieldIcon />
      <span>{strings.redacted(names.join(", "))}</span>
    </div>
  );
}

export function Message({ row, texts, choose }: { row: Row; texts: Texts; choose: (choice: Choice) => void }): VNode {
  const { event } = row;
  const { strings } = texts;
  const mine = event.actor === "customer";
  const name = mine ? strings.you : event.actor === "agent" ? (event.agent?.name ?? strings.support) : strings.assistant;
  const time = clock(event.at, texts.locale);
  return (
    <div
      class={`message ${mine ? "mine" : "theirs"} ${event.actor}${row.groupStart ? " first" : ""}${row.groupEnd ? " last" : ""}`}
      data-testid="message"
      data-actor={event.actor}
      data-event={event.id}
    >
      {mine ? null : (
        <span class="avatar" aria-hidden="true">
          {row.groupEnd ? event.actor === "agent" ? initials(name) : <AssistantMark /> : null}
        </span>
      )}
      <div class="stack">
        {row.groupStart && !mine ? <span class="name">{name}</span> : <span class="hidden">{name}: </span>}
        <div class="bubble">
          <Markdown text={event.text ?? ""} />
          {event.details ? <Details text={event.details} texts={texts} /> : null}
          {event.article ? <Article event={event} texts={texts} /> : null}
        </div>
        {event.redacted?.length ? <Redacted types={event.redacted} texts={texts} /> : null}
        {event.choices?.length ? <Choices row={row} texts={texts} choose={choose} /> : null}
        {event.feedback ? <Feedback row={row} texts={texts} choose={choose} /> : null}
        {row.groupEnd ? (
          <time class="meta" dateTime={event.at}>
            {time}
          </time>
        ) : null}
      </div>
    </div>
  );
}

/** A message on its way: shown at once, with what has become of it. */
export function Pending({
  entry,
  connected,
  texts,
  retry,
  discard,
}: {
  entry: Entry;
  connected: boolean;
  texts: Texts;
  retry: (id: string) => void;
  discard: (id: string) => void;
}): VNode {
  const { strings } = texts;
  const failed = entry.delivery === "failed";
  if (entry.body.kind === "human" && !failed) {
    return <div class="notice">{strings.personAsked}</div>;
  }
  const text = entry.body.kind === "text" ? entry.body.text : entry.body.kind === "choice" ? entry.body.label : strings.person;
  const state =
    entry.delivery === "acked"
      ? strings.sent
      : entry.error && !failed
        ? (strings.failure[entry.error] ?? strings.sending)
        : connected
          ? strings.sending
          : strings.kept;
  return (
    <div class={`message mine customer first last${failed ? " failed" : " pending"}`} data-testid="pending" data-delivery={entry.delivery}>
      <div class="stack">
        <span class="hidden">{strings.you}: </span>
        <div class="bubble">
          <Markdown text={text} />
        </div>
        {failed ? (
          <span class="meta failure">
            <AlertIcon />
            {strings.failed}. {strings.failure[entry.error ?? ""] ?? strings.failure.other}
            <button type="button" class="link" onClick={() => retry(entry.id)} data-testid="retry">
              {strings.retry}
            </button>
            <button type="button" class="link" onClick={() => discard(entry.id)}>
              {strings.discard}
            </button>
          </span>
        ) : (
          <span class="meta">{state}</span>
        )}
      </div>
    </div>
  );
}
