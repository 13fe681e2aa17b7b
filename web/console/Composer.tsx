import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ConversationItem } from "../common/protocol";
import type { ComposerTab } from "./App";
import type { Desk } from "./desk";
import { strings } from "./strings";

const LIMIT = 8000;

function obstacle(item: ConversationItem): string {
  if (item.owner === "waiting") return strings.takeToAnswer;
  if (item.owner === "human") return strings.takenBy(item.agent?.name ?? strings.agent);
  if (item.owner === "closed") return strings.closedNow;
  return strings.withAssistant;
}

export function Composer({
  desk,
  item,
  mine,
  tab,
  setTab,
  take,
}: {
  desk: Desk;
  item: ConversationItem;
  mine: boolean;
  tab: ComposerTab;
  setTab: (tab: ComposerTab) => void;
  take: () => void;
}): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const key = `${item.id}/${tab}`;
  const [, renew] = useState(0);
  const draft = desk.drafts.get(key) ?? "";
  const blocked = tab === "messages" && !mine;
  const over = [...draft].length - LIMIT;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 220)}px`;
  }, [draft, tab, blocked]);

  const write = (text: string) => {
    desk.drafts.set(key, text);
    renew((count) => count + 1);
  };
  const send = () => {
    const text = draft.trim();
    if (!text || over > 0 || blocked) return;
    write("");
    void desk.write(tab, text);
    field.current?.focus();
  };

  return (
    <form
      class={`reply ${tab === "notes" ? "note" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="reply-tabs" role="group">
        <button type="button" class="reply-tab" aria-pressed={tab === "messages"} onClick={() => setTab("messages")} data-testid="tab-answer">
          {strings.answerTab}
        </button>
        <button type="button" class="reply-tab" aria-pressed={tab === "notes"} onClick={() => setTab("notes")} data-testid="tab-note">
          {strings.noteTab}
        </button>
      </div>
      {blocked ? (
        <div class="reply-blocked">
          <p>{obstacle(item)}</p>
          {item.owner === "waiting" ? (
            <button type="button" class="button primary" onClick={take}>
              {strings.take}
            </button>
          ) : null}
        </div>
      ) : (
        <>
          <textarea
            ref={field}
            id="reply"
            rows={2}
            dir="auto"
            value={draft}
            placeholder={tab === "notes" ? strings.notePlaceholder : strings.answerPlaceholder}
            aria-label={tab === "notes" ? strings.noteTab : strings.answerTab}
            data-testid="reply"
            onInput={(event) => {
              write((event.currentTarget as HTMLTextAreaElement).value);
              if (tab === "messages") desk.typing();
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              send();
            }}
          />
          <div class="reply-foot">
            <span class={over > 0 ? "over" : ""}>{over > 0 ? strings.tooLong(over) : strings.sendHint}</span>
            <button type="submit" class="button primary" disabled={!draft.trim() || over > 0} data-testid="send">
              {tab === "notes" ? strings.saveNote : strings.send}
            </button>
          </div>
        </>
      )}
    </form>
  );
}
