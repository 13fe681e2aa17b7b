import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { AlertIcon, ArticleIcon, AssistantMark, NoteIcon, ShieldIcon } from "../common/icons";
import { Markdown } from "../common/Markdown";
import { safeHref } from "../common/markdown";
import type { ConversationEvent, ConversationItem, RoutingRecord } from "../common/protocol";
import { clock, dateLabel, dayKey, dayLabel } from "../common/time";
import type { Desk, DeskState, Sending } from "./desk";
import { contactName, reasonLabel, words } from "./labels";
import { RecordLine } from "./Record";
import { strings } from "./strings";

const LOCALE = navigator.language;

/** Notices that an ownership event beside them says better. */
const TOLD_BY_OWNERSHIP = new Set(["queued", "closed", "returned"]);

function ownershipText(event: ConversationEvent): string {
  const name = event.agent?.name ?? strings.agent;
  const because = event.reason ? ` · ${reasonLabel(event.reason)}` : "";
  switch (event.action) {
    case "hand_off":
      return strings.ownership.hand_off + because;
    case "take":
      return strings.ownership.take(name);
    case "close": {
      const label = strings.closeReasons.find(([code]) => code === event.reason)?.[1];
      return label ? strings.closedBecause(label) : strings.ownership.close;
    }
    case "give_back":
      return strings.ownership.give_back;
    case "reopen":
      return strings.ownership.reopen;
    default:
      return event.action ? words(event.action) : (event.text ?? "");
  }
}

function Aside({ event }: { event: ConversationEvent }): VNode | null {
  // A change of hands is logged twice, for the customer and for the desk; the desk reads it once.
  if (event.type === "ownership" ? event.action === "take" : TOLD_BY_OWNERSHIP.has(event.code ?? "")) return null;
  const said = event.type === "ownership" ? ownershipText(event) : (strings.notice[event.code ?? ""] ?? event.text);
  if (!said) return null;
  const warn = event.code === "secret_removed" || event.code === "assistant_unavailable";
  return (
    <p class={warn ? "aside warn" : "aside"}>
      {event.code === "secret_removed" ? <ShieldIcon /> : null}
      {said} <time dateTime={event.at}>{clock(event.at, LOCALE)}</time>
    </p>
  );
}

function Bubble({ event, item, me, first }: { event: ConversationEvent; item: ConversationItem; me: string; first: boolean }): VNode {
  const note = event.type === "note";
  const side = event.actor === "customer" ? "in" : "out";
  const name =
    event.actor === "customer"
      ? contactName(item.contact)
      : event.actor === "agent"
        ? (event.agent?.name ?? strings.agent)
        : strings.assistant;
  const mine = event.actor === "agent" && event.agent?.name === me;
  const href = event.article ? safeHref(event.article.url) : null;
  return (
    <div class={`said ${side} ${note ? "note" : event.actor}${first ? " first" : ""}`} data-testid={note ? "note" : "message"} data-actor={event.actor} data-event={event.id}>
      {first ? (
        <p class="said-by">
          {note ? <NoteIcon /> : event.actor === "assistant" ? <AssistantMark /> : null}
          <span>{note ? strings.noteBy(mine ? strings.you : name) : mine ? strings.you : name}</span>
          <time dateTime={event.at}>{clock(event.at, LOCALE)}</time>
        </p>
      ) : null}
      <div class="said-body">
        <Markdown text={event.text ?? ""} />
        {event.details ? (
          <details class="said-details">
            <summary>{strings.details}</summary>
            <Markdown text={event.details} />
          </details>
        ) : null}
        {event.article && href ? (
          <a class="said-article" href={href} target="_blank" rel="noopener">
            <ArticleIcon />
            {event.article.title}
            {event.article.updated ? <small>{dateLabel(event.article.updated, LOCALE)}</small> : null}
          </a>
        ) : null}
        {event.choices?.length ? (
          <p class="said-choices">
            {event.choices.map((choice) => (
              <span key={choice.token}>{choice.label}</span>
            ))}
          </p>
        ) : null}
      </div>
      {event.redacted?.length ? (
        <p class="said-redacted">
          <ShieldIcon />
          {strings.redacted(event.redacted.map((type) => words(type).toLowerCase()).join(", "))}
        </p>
      ) : null}
    </div>
  );
}

function Unsent({ sending, desk }: { sending: Sending; desk: Desk }): VNode {
  return (
    <div class={`said out first ${sending.kind === "notes" ? "note" : "agent"} unsent`} data-testid="unsent">
      <div class="said-body">
        <Markdown text={sending.text} />
      </div>
      {sending.error ? (
        <p class="said-failed">
          <AlertIcon />
          {strings.notSent} {sending.error}
          <button type="button" class="link" onClick={() => void desk.retry(sending.id)}>
            {strings.tryAgain}
          </button>
          <button type="button" class="link" onClick={() => desk.discard(sending.id)}>
            {strings.discard}
          </button>
        </p>
      ) : (
        <p class="said-state">{strings.sending}</p>
      )}
    </div>
  );
}

function Entry({ event, before, item, record, me, now }: { event: ConversationEvent; before: ConversationEvent | undefined; item: ConversationItem; record: RoutingRecord | undefined; me: string; now: number }): VNode {
  const day = !before || dayKey(before.at) !== dayKey(event.at);
  const talk = event.type === "message" || event.type === "note";
  const follows =
    !day && before !== undefined && before.type === event.type && before.actor === event.actor && before.agent?.name === event.agent?.name && Date.parse(event.at) - Date.parse(before.at) < 300_000;
  return (
    <>
      {day ? <p class="day">{dayLabel(event.at, now, LOCALE)}</p> : null}
      {talk ? <Bubble event={event} item={item} me={me} first={!follows || record !== undefined} /> : <Aside event={event} />}
      {record ? <RecordLine record={record} /> : null}
    </>
  );
}

export function Transcript({ desk, state, item }: { desk: Desk; state: DeskState; item: ConversationItem }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const events = state.transcript?.events ?? [];
  const records = state.transcript?.records ?? {};
  const sending = state.sending.filter((one) => one.conversation === item.id);
  const now = Date.now();
  const tail = `${item.id}/${events.length}/${sending.length}/${state.customerTyping}`;

  useLayoutEffect(() => {
    atEnd.current = true;
  }, [item.id]);
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [tail]);

  return (
    <div
      ref={box}
      class="transcript"
      role="log"
      aria-label={strings.transcript}
      tabIndex={0}
      data-testid="transcript"
      onScroll={(event) => {
        const element = event.currentTarget as HTMLDivElement;
        atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
      }}
    >
      {events.map((event, at) => (
        <Entry key={event.id} event={event} before={events[at - 1]} item={item} record={records[event.id]} me={state.agent?.name ?? ""} now={now} />
      ))}
      {sending.map((one) => (
        <Unsent key={one.id} sending={one} desk={desk} />
      ))}
      {state.customerTyping ? <p class="aside typing">{strings.customerTyping}</p> : null}
    </div>
  );
}

