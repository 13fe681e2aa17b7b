import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PersonIcon, SendIcon } from "../../common/icons";
import type { Owner } from "../../common/protocol";
import type { PanelStrings } from "../locale/en";

export const LIMIT = 4000;
const COUNTER_FROM = 3500;

/** Length as the server counts it: Unicode characters, not UTF-16 units. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function Composer({
  draft,
  owner,
  asking,
  strings,
  write,
  send,
  person,
  typing,
}: {
  draft: string;
  owner: Owner;
  asking: boolean;
  strings: PanelStrings;
  write: (draft: string) => void;
  send: () => void;
  person: () => void;
  typing: () => void;
}): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const length = draft.length > COUNTER_FROM ? characters(draft) : draft.length;
  const tooLong = length > LIMIT;
  const sendable = draft.trim() !== "" && !tooLong;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 140)}px`;
  }, [draft]);

  const submit = () => {
    if (!sendable) return;
    send();
    field.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class={tooLong ? "field invalid" : "field"}>
        <textarea
          ref={field}
          id="message"
          rows={1}
          dir="auto"
          value={draft}
          placeholder={owner === "closed" ? strings.placeholderClosed : strings.placeholder}
          aria-label={strings.composer}
          aria-describedby="composer-hint"
          aria-invalid={tooLong}
          enterkeyhint="send"
          autocomplete="off"
          data-testid="composer"
          onInput={(event) => {
            write((event.currentTarget as HTMLTextAreaElement).value);
            typing();
          }}
          onKeyDown={(event) => {
            // isComposing: Enter that confirms an input method's candidate is not a send
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="send" disabled={!sendable} aria-label={strings.send} data-testid="send">
          <SendIcon />
        </button>
      </div>
      <div class="composer-foot">
        {owner === "waiting" ? (
          <span class="foot-state">
            <span class="pulse" aria-hidden="true" />
            {strings.inQueue}
          </span>
        ) : owner === "human" ? (
          <span class="foot-state" id="composer-hint-visible">
            {strings.newLineHint}
          </span>
        ) : (
          <button type="button" class="person" disabled={asking} onClick={person} data-testid="talk-to-person">
            <PersonIcon />
            {asking ? strings.personAsked : strings.person}
          </button>
        )}
        <span class="hidden" id="composer-hint">
          {strings.newLineHint}
        </span>
        {length > COUNTER_FROM ? (
          <span class={tooLong ? "counter over" : "counter"} data-testid="counter">
            {tooLong ? strings.tooLong(length - LIMIT) : strings.remaining(LIMIT - length)}
          </span>
        ) : null}
      </div>
    </form>
  );
}
