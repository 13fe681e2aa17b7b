import type { VNode } from "preact";
import { AlertIcon, CheckIcon, ChatIcon, ChevronLeft, CloseIcon, InfoIcon, ReturnIcon } from "../common/icons";
import type { ConversationItem } from "../common/protocol";
import type { ComposerTab } from "./App";
import { Composer } from "./Composer";
import type { Desk, DeskState } from "./desk";
import { contactName, words } from "./labels";
import { PriorityBadge } from "./List";
import { strings } from "./strings";
import { Transcript } from "./Transcript";

function ownerText(item: ConversationItem, mine: boolean): string {
  if (item.owner === "waiting" && item.position) return strings.position(item.position);
  if (item.owner === "human") return mine ? strings.you : (item.agent?.name ?? strings.agent);
  return strings.owners[item.owner] ?? item.owner;
}

export function Conversation({
  desk,
  state,
  item,
  mine,
  tab,
  setTab,
  details,
  toggleDetails,
  take,
  askClose,
}: {
  desk: Desk;
  state: DeskState;
  item: ConversationItem | null;
  mine: boolean;
  tab: ComposerTab;
  setTab: (tab: ComposerTab) => void;
  details: boolean;
  toggleDetails: () => void;
  take: () => void;
  askClose: () => void;
}): VNode {
  if (!state.openId) {
    return (
      <main class="conversation">
        <div class="nothing">
          <ChatIcon />
          <strong>{strings.nothingOpen}</strong>
          <p>{strings.nothingOpenMore}</p>
        </div>
      </main>
    );
  }
  if (!item) {
    return (
      <main class="conversation">
        <div class="nothing">
          <strong>{state.loadError ?? strings.loading}</strong>
          {state.loadError ? (
            <button type="button" class="button" onClick={() => void desk.open(null)}>
              {strings.back}
            </button>
          ) : null}
        </div>
      </main>
    );
  }
  return (
    <main class="conversation">
      <header class="conversation-head">
        <button type="button" class="tool back" aria-label={strings.back} onClick={() => void desk.open(null)}>
          <ChevronLeft />
        </button>
        <div class="conversation-words">
          <h1>{contactName(item.contact)}</h1>
          <p>
            <PriorityBadge priority={item.priority} />
            <span class={`owner ${item.owner}`} data-testid="owner">
              {ownerText(item, mine)}
            </span>
            {item.topic ? <span class="head-topic">{words(item.topic)}</span> : null}
          </p>
        </div>
        <div class="conversation-acts">
          {item.owner === "waiting" ? (
            <button type="button" class="button primary" disabled={state.busy} onClick={take} data-testid="take" aria-keyshortcuts="t">
              {state.busy ? strings.taking : strings.take}
            </button>
          ) : null}
          {mine ? (
            <>
              <button type="button" class="button" disabled={state.busy} onClick={() => void desk.giveBack()} data-testid="return">
                <ReturnIcon />
                <span class="roomy-only">{strings.giveBack}</span>
              </button>
              <button type="button" class="button primary" disabled={state.busy} onClick={askClose} data-testid="close" aria-keyshortcuts="e">
                <CheckIcon />
                {strings.close}
              </button>
            </>
          ) : null}
          <button type="button" class="tool details-toggle" aria-pressed={details} aria-label={details ? strings.hideDetails : strings.details} title={strings.details} onClick={toggleDetails}>
            <InfoIcon />
          </button>
        </div>
      </header>
      <div role="alert">
        {state.alert ? (
          <div class="alert" data-testid="alert">
            <AlertIcon />
            <span>{state.alert}</span>
            <button type="button" class="tool" aria-label={strings.dismiss} onClick={() => desk.dismissAlert()}>
              <CloseIcon />
            </button>
          </div>
        ) : null}
      </div>
      {state.transcript ? (
        <Transcript desk={desk} state={state} item={item} />
      ) : (
        <div class="transcript loading" aria-busy={state.loadError === null}>
          {state.loadError ? (
            <div class="nothing">
              <strong>{state.loadError}</strong>
              <button type="button" class="button" onClick={() => void desk.loadTranscript(item.id)}>
                {strings.tryAgain}
              </button>
            </div>
          ) : null}
        </div>
      )}
      <Composer key={item.id} desk={desk} item={item} mine={mine} tab={tab} setTab={setTab} take={take} />
    </main>
  );
}
