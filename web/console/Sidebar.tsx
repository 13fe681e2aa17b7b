import type { ComponentChildren, VNode } from "preact";
import type { ConversationItem } from "../common/protocol";
import { useNow } from "../common/store";
import { clock, dayLabel, elapsed } from "../common/time";
import type { OpenTranscript } from "./desk";
import { contactName, initials, languageName, percent, reasonLabel, words } from "./labels";
import { PriorityBadge } from "./List";
import { strings } from "./strings";

function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function moment(at: string, now: number): string {
  return `${dayLabel(at, now, navigator.language)}, ${clock(at, navigator.language)}`;
}

/** Who writes, through which door, and why the conversation is on the desk. */
export function Sidebar({ item, transcript }: { item: ConversationItem; transcript: OpenTranscript | null }): VNode {
  const now = useNow(1_000);
  const first = transcript?.events[0];
  const tried = (transcript?.events ?? []).flatMap((event) => {
    const record = transcript?.records[event.id];
    return record ? [{ id: event.id, record }] : [];
  });
  // Once it has left the desk, the log still says why it was there.
  const handedOff = [...(transcript?.events ?? [])].reverse().find((event) => event.action === "hand_off");
  const reason = item.reason ?? handedOff?.reason;
  return (
    <aside class="side" aria-label={strings.details}>
      <section class="side-why">
        <h2>{strings.why}</h2>
        <p class="side-reason">
          <PriorityBadge priority={item.priority} />
          <span data-testid="reason">{reason ? reasonLabel(reason) : strings.notEscalated}</span>
        </p>
        {item.summary ? <p class="side-summary">{item.summary}</p> : null}
        {item.waiting_since ? (
          <p class="side-wait">
            {strings.waitingFor} <strong>{elapsed(item.waiting_since, now)}</strong>
          </p>
        ) : null}
      </section>
      <section>
        <h2>{strings.path}</h2>
        {tried.length ? (
          <ol class="path">
            {tried.map(({ id, record }) => (
              <li key={id} class={record.decision ?? ""}>
                <strong>{strings.decisions[record.decision ?? ""] ?? words(record.decision ?? "–")}</strong>
                <span>
                  {record.intent ? words(record.intent) : ""}
                  {record.confidence != null ? ` · ${percent(record.confidence)}` : ""}
                </span>
                {record.reason ? <span>{reasonLabel(record.reason)}</span> : null}
              </li>
            ))}
          </ol>
        ) : (
          <p class="quiet-words">{strings.nothingTried}</p>
        )}
      </section>
      <section>
        <h2>{strings.contact}</h2>
        <div class="side-contact">
          <span class="face large" aria-hidden="true">
            {initials(contactName(item.contact))}
          </span>
          <strong>{contactName(item.contact)}</strong>
        </div>
        <dl class="facts">
          <Fact name={strings.channel}>{strings.channels[item.channel] ?? words(item.channel)}</Fact>
          <Fact name={strings.language}>
            {item.language ? languageName(item.language) : "–"}
            {item.language_wished ? ` (${strings.languageWished})` : ""}
          </Fact>
          <Fact name={strings.contactId}>
            <code title={item.contact.id}>{item.contact.id.slice(0, 8)}</code>
          </Fact>
        </dl>
      </section>
      <section>
        <h2>{strings.conversation}</h2>
        <dl class="facts">
          <Fact name={strings.owner}>{item.owner === "human" ? (item.agent?.name ?? strings.agent) : (strings.owners[item.owner] ?? item.owner)}</Fact>
          <Fact name={strings.topic}>{item.topic ? words(item.topic) : "–"}</Fact>
          <Fact name={strings.team}>{item.team ? words(item.team) : "–"}</Fact>
          <Fact name={strings.priority}>{item.priority ? (strings.priorities[item.priority] ?? words(item.priority)) : "–"}</Fact>
          {first ? <Fact name={strings.started}>{moment(first.at, now)}</Fact> : null}
          <Fact name={strings.conversationId}>
            <code title={item.id}>{item.id.slice(0, 8)}</code>
          </Fact>
        </dl>
      </section>
    </aside>
  );
}
