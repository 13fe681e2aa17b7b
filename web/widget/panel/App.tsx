import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { AssistantMark, ChevronDown, CloseIcon, ShieldIcon } from "../../common/icons";
import { dayLabel } from "../../common/time";
import { useStore, type Store } from "../../common/store";
import type { Settings, User } from "../bridge";
import { direction, displayLocale, panelStrings } from "../locale";
import type { PanelStrings } from "../locale/en";
import { AssistantCard, ConnectionBanner, QueueCard } from "./Cards";
import type { Client, PanelState } from "./client";
import { Composer } from "./Composer";
import { initials, Message, Notice, Pending } from "./Message";
import { rows, unread } from "./transcript";

export interface View {
  settings: Settings;
  user: User | null;
  open: boolean;
  embedded: boolean;
}

// A line that comes back within this time is not worth a word.
const BANNER_AFTER_MS = 2_500;
const NEAR_END = 80;
const MARGIN = 12;

function headline(state: PanelState, lost: boolean, strings: PanelStrings): { text: string; tone: "on" | "wait" | "off" } {
  const conversation = state.conversation;
  if (conversation && lost) return { text: strings.statusReconnecting, tone: "wait" };
  if (!conversation) return { text: strings.statusConnecting, tone: "wait" };
  if (conversation.owner === "human") return { text: strings.statusHuman(conversation.agent?.name ?? strings.support), tone: "on" };
  if (conversation.owner === "waiting") return { text: strings.statusWaiting, tone: "wait" };
  if (conversation.assistant === "starting") return { text: strings.statusStarting, tone: "wait" };
  if (conversation.assistant === "down") return { text: strings.statusDown, tone: "off" };
  if (conversation.owner === "closed") return { text: strings.statusClosed, tone: "off" };
  return { text: strings.statusAssistant, tone: "on" };
}

export function App({
  client,
  view,
  close,
  unreadChanged,
  localeChanged,
}: {
  client: Client;
  view: Store<View>;
  close: () => void;
  unreadChanged: (count: number) => void;
  localeChanged: (locale: string) => void;
}): VNode {
  const state = useStore(client.store);
  const { settings, user, open, embedded } = useStore(view);
  const now = Date.now();
  // Who asks for another language, or goes on in one, finds the panel in it as well.
  const locale = displayLocale(settings.locale, state.conversation?.language);
  const strings = useMemo(() => panelStrings(locale), [locale]);
  const texts = useMemo(() => ({ strings, locale }), [strings, locale]);
  const [draft, setDraft] = useState("");
  const [below, setBelow] = useState(false);
  const [lost, setLost] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const welcoming = useRef(true);

  const conversation = state.conversation;
  const owner = conversation?.owner ?? "bot";
  const connected = state.link === "live" || state.link === "polling";
  const shown = rows(state.events, state.outgoing, owner);
  const asking = state.outgoing.some((entry) => entry.body.kind === "human" && entry.delivery !== "failed");
  const empty = shown.length === 0 && state.outgoing.length === 0;
  welcoming.current = empty;
  const replaying = empty && conversation !== null && !state.caughtUp && connected;
  const head = headline(state, lost, strings);
  const person = conversation?.owner === "human" ? conversation.agent : null;
  const lastRow = shown[shown.length - 1]?.event;
  const lastMessage = [...shown].reverse().find((row) => row.event.type === "message")?.event;
  const unanswered = state.outgoing.length > 0 || lastMessage?.actor === "customer";
  const thinking =
    owner === "bot" && conversation?.assistant === "ready" && (conversation.pending || state.typing === "assistant") && unanswered;

  useEffect(() => {
    setLost(false);
    if (state.lostAt === null) return undefined;
    const timer = setTimeout(() => setLost(true), BANNER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [state.lostAt]);

  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = direction(locale);
    localeChanged(locale);
  }, [locale]);

  const lastId = lastRow?.id ?? 0;
  const reading = open && document.visibilityState === "visible";
  useEffect(() => {
    if (reading) client.markRead();
  }, [reading, lastId, state.caughtUp]);
  const count = state.caughtUp ? unread(state.events, state.readUpTo) : 0;
  useEffect(() => unreadChanged(open ? 0 : count), [count, open]);

  const toEnd = () => {
    const element = list.current;
    if (element) element.scrollTop = welcoming.current ? 0 : element.scrollHeight; // a welcome is read from its start
    atEnd.current = true;
    setBelow(false);
  };
  const tail = `${lastId}/${state.outgoing.length}/${thinking}/${state.typing}/${owner}/${conversation?.assistant}/${conversation?.queue?.position}`;
  const seenId = useRef(0);
  useLayoutEffect(() => {
    const fresh = lastId > seenId.current;
    seenId.current = lastId;
    if (!atEnd.current) {
      if (fresh) setBelow(true);
      return;
    }
    toEnd();
    // An answer longer than the panel is read from its start.
    const element = list.current;
    const messages = element?.querySelectorAll<HTMLElement>(".row");
    const last = fresh && lastRow?.actor !== "customer" ? messages?.[messages.length - 1] : undefined;
    if (element && last && last.offsetHeight > element.clientHeight - 2 * MARGIN) {
      element.scrollTop = last.offsetTop - element.offsetTop - MARGIN;
    }
  }, [tail]);
  useLayoutEffect(() => {
    if (open) toEnd();
  }, [open]);
  useEffect(() => {
    // The keyboard of a phone and the growing composer shrink the list: its end stays in sight.
    if (typeof ResizeObserver !== "function" || !list.current) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(list.current);
    return () => observer.disconnect();
  }, []);

  const say = (text: string) => {
    client.send({ kind: "text", text });
    atEnd.current = true;
  };
  const send = () => {
    say(draft.trim());
    setDraft("");
  };

  const name = user?.name;
  const greeting = settings.greeting ?? (name ? strings.greetingNamed(name) : strings.greeting);

  return (
    <main class="panel">
      <header class="head">
        <span class={person ? "head-mark agent" : "head-mark"} aria-hidden="true">
          {person ? initials(person.name) : <AssistantMark />}
        </span>
        <div class="head-words">
          <h1 tabIndex={-1}>{settings.title ?? strings.title}</h1>
          <p data-testid="status">
            <span class={`dot ${head.tone}`} aria-hidden="true" />
            {head.text}
          </p>
        </div>
        {embedded ? (
          <button type="button" class="head-button" onClick={close} aria-label={strings.minimise} data-testid="close-panel">
            <CloseIcon />
          </button>
        ) : null}
      </header>

      <div class="status" role="status">
        {lost ? <ConnectionBanner online={state.online} known={conversation !== null} strings={strings} /> : null}
      </div>

      <div
        ref={list}
        class="log"
        role="log"
        aria-label={strings.log}
        tabIndex={0}
        data-testid="log"
        onScroll={(event) => {
          const element = event.currentTarget as HTMLDivElement;
          atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
          if (atEnd.current) setBelow(false);
        }}
      >
        {state.restarted ? <div class="notice">{strings.restarted}</div> : null}
        {empty && !replaying ? (
          <section class="welcome" data-testid="welcome">
            <h2>{greeting}</h2>
            <p>{strings.intro}</p>
            <h3>{strings.suggestionsTitle}</h3>
            <div class="suggestions">
              {(settings.suggestions ?? strings.suggestions).map((question) => (
                <button key={question} type="button" class="suggestion" onClick={() => say(question)}>
                  {question}
                </button>
              ))}
            </div>
            <p class="safety">
              <ShieldIcon />
              <span>{strings.safety}</span>
            </p>
          </section>
        ) : null}
        {shown.map((row) => (
          <div key={row.event.id} class="row">
            {row.newDay ? <div class="day">{dayLabel(row.event.at, now, locale)}</div> : null}
            {row.event.type === "notice" ? (
              <Notice event={row.event} texts={texts} />
            ) : (
              <Message
                row={row}
                texts={texts}
                choose={(choice) => {
                  client.send({ kind: "choice", token: choice.token, label: choice.label });
                  atEnd.current = true;
                }}
              />
            )}
          </div>
        ))}
        {state.outgoing.map((entry) => (
          <Pending
            key={entry.id}
            entry={entry}
            connected={connected}
            texts={texts}
            retry={(id) => client.retry(id)}
            discard={(id) => client.discard(id)}
          />
        ))}
        {conversation && owner === "bot" && conversation.assistant !== "ready" ? (
          <AssistantCard conversation={conversation} kept={unanswered} strings={strings} />
        ) : null}
        {conversation && owner === "waiting" ? <QueueCard conversation={conversation} strings={strings} /> : null}
        {thinking || (state.typing === "agent" && owner === "human") ? (
          <div class="typing" data-testid="typing">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span class={thinking ? "hidden" : "typing-name"}>
              {thinking ? strings.thinking : strings.typing(person?.name ?? strings.support)}
            </span>
          </div>
        ) : null}
      </div>

      {below ? (
        <button type="button" class="to-end" onClick={toEnd}>
          <ChevronDown />
          {strings.newMessages}
        </button>
      ) : null}

      <Composer
        draft={draft}
        owner={owner}
        asking={asking}
        strings={strings}
        write={setDraft}
        send={send}
        person={() => {
          client.send({ kind: "human" });
          atEnd.current = true;
        }}
        typing={() => client.typing()}
      />
    </main>
  );
}
