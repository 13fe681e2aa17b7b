import type { ConversationEvent, Owner } from "../../common/protocol";
import { dayKey } from "../../common/time";
import type { Entry } from "./outbox";

/** One row of the list, with what its neighbours decide: where groups begin and end, and days change. */
export interface Row {
  event: ConversationEvent;
  newDay: boolean;
  groupStart: boolean;
  groupEnd: boolean;
  /** The choices can still be tapped. */
  choicesOpen: boolean;
  /** Label of the choice that was taken, if one was. */
  chosen: string | null;
}

const GROUP_MS = 5 * 60_000;

function speaker(event: ConversationEvent): string {
  return event.type === "message" ? `${event.actor}:${event.agent?.name ?? ""}` : `notice:${event.id}`;
}

/** Notices that a card says better while it stands: the queue's, and that of an assistant that is not ready. */
const TOLD_BY_CARD: Record<string, (owner: Owner | undefined) => boolean> = {
  queued: (owner) => owner === "waiting",
  waiting_for_assistant: () => true,
};

export function rows(events: ConversationEvent[], outgoing: readonly Entry[], owner: Owner | undefined): Row[] {
  const shown = events.filter(
    (event) => event.type === "message" || (event.type === "notice" && !TOLD_BY_CARD[event.code ?? ""]?.(owner)),
  );
  // Choices belong to the last question: any later word of the customer, or a person, closes them.
  let lastOpen = -1;
  if (!outgoing.some((entry) => entry.delivery !== "failed")) {
    const last = shown.map((event) => event.type === "message").lastIndexOf(true);
    const event = shown[last];
    const open = owner === "bot" || (owner === "waiting" && event?.collects === true);
    if (open && event?.actor === "assistant") lastOpen = last;
  }
  return shown.map((event, at) => {
    const before = shown[at - 1];
    const after = shown[at + 1];
    const newDay = !before || dayKey(before.at) !== dayKey(event.at);
    const joins = (a: ConversationEvent | undefined, b: ConversationEvent | undefined) =>
      a !== undefined &&
      b !== undefined &&
      speaker(a) === speaker(b) &&
      dayKey(a.at) === dayKey(b.at) &&
      Date.parse(b.at) - Date.parse(a.at) < GROUP_MS;
    const reply = shown.slice(at + 1).find((later) => later.type === "message" && later.actor === "customer");
    const offered = [...(event.choices ?? []), ...(event.feedback?.choices ?? [])];
    const chosen = offered.find((choice) => choice.token === reply?.choice || choice.label === reply?.text);
    return {
      event,
      newDay,
      groupStart: !joins(before, event),
      groupEnd: !joins(event, after),
      choicesOpen: at === lastOpen,
      chosen: chosen?.label ?? null,
    };
  });
}

/** Messages of the assistant or an agent that came after `readUpTo`. */
export function unread(events: ConversationEvent[], readUpTo: number): number {
  return events.filter(
    (event) => event.id > readUpTo && event.type === "message" && (event.actor === "assistant" || event.actor === "agent"),
  ).length;
}
