import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { ChevronLeft, InboxIcon } from "../../common/icons";
import { useNow, useStore } from "../../common/store";
import { ago, dateLabel } from "../../common/time";
import type { Api } from "../api";
import { languageName, words as slug } from "../labels";
import { go, place } from "../sections";
import { Actions } from "./Actions";
import { Lessons, type Cluster, type Item, type LessonsState, type Message, type State } from "./lessons";
import { words } from "./words";

const STATES: State[] = ["open", "accepted", "dismissed"];

/** The learning loop's part of the console: clusters, their messages, and what to do about them. */
export function Learning({ api }: { api: Api }): VNode {
  const lessons = useMemo(() => new Lessons(api), [api]);
  const state = useStore(lessons.store);
  const { path } = useStore(place);
  const id = path[0] ?? null;

  useEffect(() => {
    lessons.start();
    return () => lessons.stop();
  }, [lessons]);
  useEffect(() => void lessons.show(id), [lessons, id]);

  return (
    <>
      <ClusterList lessons={lessons} state={state} openId={id} />
      {state.open ? (
        <Open key={state.open.id} lessons={lessons} state={state} cluster={state.open} />
      ) : (
        <main class="conversation">
          <div class="nothing">
            <InboxIcon />
            <strong>{state.alert ?? (state.loading ? words.loading : words.choose)}</strong>
            <p>{words.chooseMore}</p>
          </div>
        </main>
      )}
    </>
  );
}

function ClusterList({ lessons, state, openId }: { lessons: Lessons; state: LessonsState; openId: string | null }): VNode {
  const now = useNow(60_000);
  const [empty, emptyMore] = words.empty[state.state] ?? ["", ""];
  return (
    <nav class="list" aria-label={words.listLabel}>
      <div class="list-head">
        <div class="views" role="group" aria-label={words.statesLabel}>
          {STATES.map((name) => (
            <button key={name} type="button" class="view" aria-pressed={state.state === name} data-testid={`clusters-${name}`} onClick={() => void lessons.list(name)}>
              {words.states[name]}
              {name === "open" ? <span class="count">{state.counts.open}</span> : null}
            </button>
          ))}
        </div>
        <div class="look">
          <span class="quiet-words">{state.lastRun ? words.lookedAt(ago(state.lastRun.at, now), state.lastRun.gaps) : words.never}</span>
          <button type="button" class="link" disabled={state.looking} data-testid="look" onClick={() => void lessons.look()}>
            {state.looking ? words.looking : words.look}
          </button>
        </div>
      </div>
      {state.items.length ? (
        <ul class="rows">
          {state.items.map((item) => (
            <Row key={item.id} item={item} open={item.id === openId} now={now} />
          ))}
        </ul>
      ) : (
        <div class="nothing" aria-busy={!state.listed}>
          <strong>{state.listed ? empty : words.loading}</strong>
          {state.listed ? <p>{emptyMore}</p> : null}
        </div>
      )}
    </nav>
  );
}

function Row({ item, open, now }: { item: Item; open: boolean; now: number }): VNode {
  return (
    <li>
      <button type="button" class={open ? "row open" : "row"} aria-current={open ? "true" : undefined} data-testid="cluster-row" data-cluster={item.id} onClick={() => go("learning", item.id)}>
        <span class="row-top">
          <span class="cluster-size">{words.people(item.members)}</span>
          <Trend item={item} />
          <span class="row-age">{ago(item.last_at, now)}</span>
        </span>
        <span class="row-text cluster-title" lang={item.language}>
          {item.title}
        </span>
        <span class="row-foot">
          {item.state === "open" && item.suggested ? <span class={`tag suggested ${item.suggested}`}>{words.suggested[item.suggested]}</span> : null}
          {item.state !== "open" && item.decision ? <span class="tag">{words.decisions[item.decision.what]}</span> : null}
          {item.topic ? <span class="tag">{slug(item.topic)}</span> : null}
          <Languages item={item} />
        </span>
      </button>
    </li>
  );
}

function Languages({ item }: { item: Item }): VNode {
  const codes = Object.entries(item.languages).sort((a, b) => b[1] - a[1]);
  return (
    <>
      {codes.map(([code, count]) => (
        <span key={code} class="tag lang" title={`${languageName(code)}: ${count}`}>
          {code.toUpperCase()}
        </span>
      ))}
    </>
  );
}

function Trend({ item }: { item: Item }): VNode {
  const direction = item.recent > item.before ? "up" : item.recent < item.before ? "down" : "same";
  const label = direction === "up" ? words.trendUp(item.before) : direction === "down" ? words.trendDown(item.before) : words.trendSame;
  return (
    <span class={`trend ${direction}`} title={label}>
      <span aria-hidden="true">{direction === "up" ? "▲" : direction === "down" ? "▼" : "●"}</span> {words.recent(item.recent)}
      <span class="hidden">, {label}</span>
    </span>
  );
}

function Weeks({ counts }: { counts: number[] }): VNode {
  const most = Math.max(1, ...counts);
  return (
    <span class="weeks" role="img" aria-label={words.weeks(counts)} title={words.weeks(counts)}>
      {counts.map((count, at) => (
        <i key={at} style={{ blockSize: `${Math.max(6, (100 * count) / most)}%` }} class={count ? "" : "none"} />
      ))}
    </span>
  );
}

function Open({ lessons, state, cluster }: { lessons: Lessons; state: LessonsState; cluster: Cluster }): VNode {
  return (
    <main class="conversation" aria-labelledby="cluster-title">
      <header class="conversation-head">
        <button type="button" class="tool back" aria-label={words.back} onClick={() => go("learning")}>
          <ChevronLeft />
        </button>
        <div class="conversation-words">
          <h1 id="cluster-title" lang={cluster.language} title={cluster.title}>
            {cluster.title}
          </h1>
          <p>
            <strong>{words.people(cluster.members)}</strong>
            <Trend item={cluster} />
            <span>{words.since(dateLabel(cluster.first_at, navigator.language))}</span>
            <Languages item={cluster} />
          </p>
        </div>
        <Weeks counts={cluster.weeks} />
      </header>
      <div class="lesson" tabIndex={0}>
        <section class="lesson-asked" aria-labelledby="asked-title">
          <h2 id="asked-title">{words.asked}</h2>
          <p class="quiet-words">{words.askedMore(cluster.messages.length)}</p>
          <ul class="asked">
            {cluster.messages.map((message) => (
              <Asked key={`${message.conversation}:${message.event}`} message={message} />
            ))}
          </ul>
        </section>
        <Actions lessons={lessons} state={state} cluster={cluster} />
      </div>
    </main>
  );
}

function Asked({ message }: { message: Message }): VNode {
  return (
    <li data-testid="asked">
      <p lang={message.language}>{message.text}</p>
      {message.answer ? (
        <details>
          <summary>{words.answered}</summary>
          <p lang={message.language}>{message.answer}</p>
        </details>
      ) : null}
      <p class="asked-foot">
        <span class="tag">{words.kinds[message.kind] ?? slug(message.kind)}</span>
        <span class="tag lang">{message.language.toUpperCase()}</span>
        <span>{dateLabel(message.at, navigator.language)}</span>
        <a class="link" href={`#${message.conversation}`}>
          {words.conversation}
        </a>
      </p>
    </li>
  );
}
