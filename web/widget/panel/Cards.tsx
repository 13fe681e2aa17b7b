import type { VNode } from "preact";
import { AlertIcon, ClockIcon } from "../../common/icons";
import type { ConversationState } from "../../common/protocol";
import type { PanelStrings } from "../locale/en";
import { promiseText, waitText } from "./wait";

/** Where the customer stands in the queue, and what is honestly known about the wait. */
export function QueueCard({ conversation, strings }: { conversation: ConversationState; strings: PanelStrings }): VNode {
  const queue = conversation.queue;
  const nobody = queue?.agents_online === 0;
  return (
    <section class="card" data-testid="queue-card" aria-label={strings.queueTitle}>
      <div class="card-head">
        <span class="pulse" aria-hidden="true" />
        <strong>{queue ? strings.queuePosition(queue.position) : strings.queueTitle}</strong>
      </div>
      {queue ? (
        <dl class="facts">
          <div>
            <dt>{strings.queueWait}</dt>
            <dd data-testid="queue-wait">
              {nobody ? promiseText(queue.promise_seconds, strings) : waitText(queue.wait_seconds, strings)}
            </dd>
          </div>
          {nobody ? null : (
            <div>
              <dt>{strings.support}</dt>
              <dd>{strings.queueOnline(queue.agents_online)}</dd>
            </div>
          )}
        </dl>
      ) : null}
      <p>{nobody ? `${strings.queueNobody} ${strings.queueNobodyMore}` : strings.queueMore}</p>
    </section>
  );
}

/** The assistant is not ready: what that means for what has been, or will be, written. */
export function AssistantCard({
  conversation,
  kept,
  strings,
}: {
  conversation: ConversationState;
  kept: boolean;
  strings: PanelStrings;
}): VNode {
  const starting = conversation.assistant === "starting";
  return (
    <section class={starting ? "card" : "card warning"} data-testid="assistant-card">
      <div class="card-head">
        {starting ? <span class="spinner" aria-hidden="true" /> : <AlertIcon />}
        <strong>{starting ? strings.startingTitle : strings.downTitle}</strong>
      </div>
      <p>{starting ? (kept ? strings.startingKept : strings.startingText) : strings.downText}</p>
    </section>
  );
}

export function ConnectionBanner({
  online,
  known,
  strings,
}: {
  online: boolean;
  /** The server has been reached before in this page. */
  known: boolean;
  strings: PanelStrings;
}): VNode {
  return (
    <div class="banner" data-testid="connection-banner">
      <ClockIcon />
      <span>{!online ? strings.offline : known ? strings.connectionLost : strings.unavailable}</span>
    </div>
  );
}
