import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ChatIcon, ClockIcon, InboxIcon, MailIcon, SearchIcon } from "../common/icons";
import { plainText } from "../common/markdown";
import type { ConversationItem } from "../common/protocol";
import { useNow } from "../common/store";
import { ago, elapsed } from "../common/time";
import type { ViewName } from "./api";
import type { Desk, DeskState } from "./desk";
import { contactName, initials, words } from "./labels";
import { strings } from "./strings";

const VIEWS: ViewName[] = ["waiting", "mine", "open", "all"];

/** How long a wait may last before its clock turns to a warning, in minutes. */
const LONG_WAIT = { urgent: 2, high: 10, normal: 30 };

export function PriorityBadge({ priority }: { priority: string | null }): VNode | null {
  if (!priority || priority === "normal") return null;
  return <span class={`badge ${priority}`}>{strings.priorities[priority] ?? words(priority)}</span>;
}

function ChannelIcon({ channel }: { channel: string }): VNode {
  const name = strings.channels[channel] ?? words(channel);
  return (
    <span class="channel" role="img" aria-label={name} title={name}>
      {channel === "email" ? <MailIcon /> : <ChatIcon />}
    </span>
  );
}

function Waited({ item, now }: { item: ConversationItem; now: number }): VNode | null {
  if (!item.waiting_since) return null;
  const minutes = (now - Date.parse(item.waiting_since)) / 60_000;
  const long = minutes > (LONG_WAIT[item.priority ?? "normal"] ?? 30);
  return (
    <span class={long ? "waited long" : "waited"} title={strings.waitingFor}>
      <ClockIcon />
      {elapsed(item.waiting_since, now)}
    </span>
  );
}

function Row({ item, open, fresh, own, now, select }: { item: ConversationItem; open: boolean; fresh: boolean; own: boolean; now: number; select: () => void }): VNode {
  const last = item.last_message;
  const name = contactName(item.contact);
  const who = last?.actor === "agent" ? (own ? `${strings.you}: ` : `${strings.agent}: `) : last?.actor === "assistant" ? `${strings.assistant}: ` : "";
  return (
    <li>
      <button
        type="button"
        class={`row${open ? " open" : ""}${fresh ? " fresh" : ""}`}
        aria-current={open ? "true" : undefined}
        data-testid="conversation-row"
        data-conversation={item.id}
        onClick={select}
      >
        <span class="row-top">
          <ChannelIcon channel={item.channel} />
          <span class="row-name">{name}</span>
          {fresh ? <span class="fresh-dot" role="img" aria-label={strings.newCustomer} /> : null}
          {item.owner === "waiting" ? <Waited item={item} now={now} /> : <span class="row-age">{ago(item.updated_at, now)}</span>}
        </span>
        <span class="row-text">{last ? who + plainText(last.text) : item.summary}</span>
        <span class="row-foot">
          <PriorityBadge priority={item.priority} />
          {item.topic ? <span class="tag">{words(item.topic)}</span> : null}
          {item.team ? <span class="tag team">{words(item.team)}</span> : null}
          {item.language && item.language !== "en" ? <span class="tag lang">{item.language.toUpperCase()}</span> : null}
          {item.owner === "human" && item.agent && !own ? (
            <span class="holder" title={item.agent.name}>
              <span class="face small" aria-hidden="true">
                {initials(item.agent.name)}
              </span>
              {item.agent.name.split(" ")[0]}
            </span>
          ) : null}
          {item.owner === "bot" || item.owner === "closed" ? <span class="tag">{strings.owners[item.owner]}</span> : null}
        </span>
      </button>
    </li>
  );
}

const EMPTY: Record<ViewName, [string, string]> = {
  waiting: [strings.emptyWaiting, strings.emptyWaitingMore],
  mine: [strings.emptyMine, strings.emptyMineMore],
  open: [strings.emptyOpen, strings.emptyOpenMore],
  all: [strings.emptyAll, strings.emptyAllMore],
};

export function List({ desk, state }: { desk: Desk; state: DeskState }): VNode {
  const now = useNow(1_000);
  const items = desk.visible();
  const list = useRef<HTMLUListElement>(null);
  const [empty, emptyMore] = EMPTY[state.view];

  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [state.openId]);

  return (
    <nav class="list" aria-label={strings.listLabel}>
      <div class="list-head">
        <div class="views" role="group" aria-label={strings.viewsLabel}>
          {VIEWS.map((view) => (
            <button
              key={view}
              type="button"
              class="view"
              aria-pressed={state.view === view}
              data-testid={`view-${view}`}
              onClick={() => desk.show(view)}
            >
              {strings.views[view]}
              {view !== "all" ? <span class={view === "waiting" && state.counts.waiting ? "count hot" : "count"}>{state.counts[view]}</span> : null}
            </button>
          ))}
        </div>
        <label class="search">
          <SearchIcon />
          <span class="hidden">{strings.filter}</span>
          <input
            type="search"
            placeholder={strings.filter}
            value={state.filter}
            onInput={(event) => desk.setFilter((event.currentTarget as HTMLInputElement).value)}
          />
        </label>
      </div>
      {items.length ? (
        <ul class="rows" ref={list}>
          {items.map((item) => {
            const own = item.agent?.id === state.agent?.id;
            return (
              <Row
                key={item.id}
                item={item}
                open={item.id === state.openId}
                own={own}
                fresh={own && item.owner === "human" && item.last_message?.actor === "customer" && item.last_event_id > (state.seen[item.id] ?? 0)}
                now={now}
                select={() => void desk.open(item.id)}
              />
            );
          })}
        </ul>
      ) : state.listed ? (
        <div class="nothing">
          <InboxIcon />
          <strong>{state.filter ? strings.emptyFilter : empty}</strong>
          {state.filter ? (
            <button type="button" class="button" onClick={() => desk.setFilter("")}>
              {strings.clearFilter}
            </button>
          ) : (
            <p>{emptyMore}</p>
          )}
        </div>
      ) : (
        <div class="skeletons" aria-busy="true">
          <i />
          <i />
          <i />
          <i />
        </div>
      )}
    </nav>
  );
}
