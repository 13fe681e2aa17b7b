import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AssistantMark, BellIcon, BellOffIcon, KeyboardIcon, MoonIcon, SignOutIcon, SunIcon } from "../common/icons";
import { useStore } from "../common/store";
import { Conversation } from "./Conversation";
import { Articles } from "./articles/Articles";
import type { Desk } from "./desk";
import { Learning } from "./learning/Learning";
import { CloseDialog, HelpDialog } from "./Dialogs";
import { initials } from "./labels";
import { List } from "./List";
import { askPermission, muted, permission, setMuted, showCount } from "./notify";
import { setTheme, shortcutsOn, theme, type Theme } from "./preferences";
import { EDITORS, go, place, type Section } from "./sections";
import { Sidebar } from "./Sidebar";
import { SignIn } from "./SignIn";
import { strings } from "./strings";

export type ComposerTab = "messages" | "notes";

function Bell(): VNode | null {
  const [, renew] = useState(0);
  const state = permission();
  if (state === "unsupported") return null;
  const on = state === "granted" && !muted();
  const label = state === "denied" ? strings.notificationsBlocked : on ? strings.notificationsOn : strings.notificationsOff;
  return (
    <button
      type="button"
      class="tool"
      aria-pressed={on}
      aria-label={label}
      title={label}
      disabled={state === "denied"}
      onClick={async () => {
        if (state === "granted") setMuted(on);
        else if ((await askPermission()) === "granted") setMuted(false);
        renew((count) => count + 1);
      }}
    >
      {on ? <BellIcon /> : <BellOffIcon />}
    </button>
  );
}

const NEXT_THEME: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

function ThemeButton(): VNode {
  const [current, setCurrent] = useState(theme());
  return (
    <button
      type="button"
      class="tool"
      aria-label={strings.theme[current]}
      title={strings.theme[current]}
      onClick={() => {
        setTheme(NEXT_THEME[current]);
        setCurrent(NEXT_THEME[current]);
      }}
    >
      {current === "light" ? <SunIcon /> : current === "dark" ? <MoonIcon /> : <span class="auto-theme" aria-hidden="true" />}
    </button>
  );
}

function Sections({ role, section, waiting }: { role: string; section: Section; waiting: number }): VNode | null {
  const shown: Section[] = EDITORS.includes(role) ? ["conversations", "articles", "learning"] : ["conversations"];
  if (shown.length < 2) return null;
  return (
    <nav class="sections" aria-label={strings.sectionsLabel}>
      {shown.map((name) => (
        <button key={name} type="button" class="section" aria-current={section === name ? "page" : undefined} data-testid={`section-${name}`} onClick={() => go(name)}>
          {strings.sections[name]}
          {name === "conversations" && section !== name && waiting ? <span class="count hot">{waiting}</span> : null}
        </button>
      ))}
    </nav>
  );
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function App({ desk }: { desk: Desk }): VNode {
  const state = useStore(desk.store);
  const { section, path } = useStore(place);
  const [tab, setTab] = useState<ComposerTab>("messages");
  const [dialog, setDialog] = useState<"close" | "help" | null>(null);
  const [details, setDetails] = useState(false);
  const item = desk.current();
  const mine = item?.owner === "human" && item.agent?.id === state.agent?.id;

  useEffect(() => showCount(state.phase === "ready" ? state.counts.waiting : 0), [state.counts.waiting, state.phase]);

  const write = (wanted: ComposerTab) => {
    setTab(wanted);
    requestAnimationFrame(() => document.getElementById("reply")?.focus());
  };
  const take = async () => {
    if (await desk.take()) write("messages");
  };

  useEffect(() => {
    setTab("messages");
    setDetails(false);
  }, [state.openId]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (state.phase !== "ready" || section !== "conversations" || event.defaultPrevented || event.isComposing) return;
      if (event.key === "Escape" && inField(event.target)) {
        (event.target as HTMLElement).blur();
        return;
      }
      if (dialog || inField(event.target) || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
      const acts: Record<string, () => void> = {
        j: () => desk.move(1),
        k: () => desk.move(-1),
        "?": () => setDialog("help"),
        ...(item
          ? {
              n: () => write("notes"),
              ...(item.owner === "waiting" ? { t: () => void take() } : {}),
              ...(mine ? { r: () => write("messages"), e: () => setDialog("close") } : {}),
            }
          : {}),
      };
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });

  if (state.phase === "loading") return <div class="loading-page" aria-busy="true" />;
  if (state.phase === "signed-out" || !state.agent) return <SignIn desk={desk} />;

  const agent = state.agent;
  const shown = EDITORS.includes(agent.role) ? section : "conversations";
  const conversing = shown === "conversations";
  return (
    <div class={`app ${shown}${(conversing ? state.openId : shown === "learning" && path.length) ? " has-open" : ""}${details ? " has-details" : ""}`}>
      <header class="bar">
        <span class="brand">
          <span class="brand-mark">
            <AssistantMark />
          </span>
          {strings.product}
        </span>
        <Sections role={agent.role} section={shown} waiting={state.counts.waiting} />
        <div class="bar-tools">
          <button
            type="button"
            role="switch"
            class={`presence ${agent.status}`}
            aria-checked={agent.status === "online"}
            aria-label={strings.status}
            data-testid="status"
            onClick={() => void desk.setStatus(agent.status === "online" ? "away" : "online")}
          >
            <span class="presence-dot" aria-hidden="true" />
            {agent.status === "online" ? strings.online : strings.away}
          </button>
          <Bell />
          <ThemeButton />
          <button type="button" class="tool wide-only" aria-label={strings.help} title={`${strings.help} (?)`} onClick={() => setDialog("help")}>
            <KeyboardIcon />
          </button>
          <span class="me" title={agent.email}>
            <span class="face" aria-hidden="true">
              {initials(agent.name)}
            </span>
            <span class="me-name">{agent.name}</span>
          </span>
          <button type="button" class="tool" aria-label={strings.signOut} title={strings.signOut} data-testid="sign-out" onClick={() => void desk.signOut()}>
            <SignOutIcon />
          </button>
        </div>
      </header>
      <div class="line" role="status">
        {state.link === "lost" ? <p class="line-lost">{strings.connectionLost}</p> : null}
        {state.toast ? <p class="line-lost">{state.toast}</p> : null}
      </div>
      {conversing ? (
        <>
          <List desk={desk} state={state} />
          <Conversation
            desk={desk}
            state={state}
            item={item}
            mine={mine}
            tab={tab}
            setTab={setTab}
            details={details}
            toggleDetails={() => setDetails(!details)}
            take={() => void take()}
            askClose={() => setDialog("close")}
          />
          {item ? <Sidebar item={item} transcript={state.transcript} /> : <aside class="side empty" aria-hidden="true" />}
        </>
      ) : shown === "learning" ? (
        <Learning api={desk.api} />
      ) : (
        <Articles api={desk.api} />
      )}
      {dialog === "close" ? (
        <CloseDialog
          cancel={() => setDialog(null)}
          close={(reason) => {
            setDialog(null);
            void desk.close(reason);
          }}
        />
      ) : null}
      {dialog === "help" ? <HelpDialog done={() => setDialog(null)} /> : null}
    </div>
  );
}
