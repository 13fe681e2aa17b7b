import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { setShortcuts, shortcutsOn } from "./preferences";
import { strings } from "./strings";

/** A native modal dialog: the browser keeps focus inside, closes on Esc and gives focus back. */
export function Dialog({ title, cancel, children }: { title: string; cancel: () => void; children: ComponentChildren }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        cancel();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) cancel(); // a click beside the content, on the backdrop
      }}
    >
      <div class="dialog-body">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export function CloseDialog({ cancel, close }: { cancel: () => void; close: (reason: string) => void }): VNode {
  const [reason, setReason] = useState(strings.closeReasons[0]?.[0] ?? "resolved");
  return (
    <Dialog title={strings.closeTitle} cancel={cancel}>
      <p>{strings.closeText}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close(reason);
        }}
      >
        <div class="options" role="radiogroup" aria-labelledby="dialog-title">
          {strings.closeReasons.map(([code, label]) => (
            <label key={code} class="option">
              <input type="radio" name="reason" value={code} checked={reason === code} autofocus={reason === code} onChange={() => setReason(code)} />
              {label}
            </label>
          ))}
        </div>
        <div class="dialog-acts">
          <button type="button" class="button" onClick={cancel}>
            {strings.cancel}
          </button>
          <button type="submit" class="button primary" data-testid="confirm-close">
            {strings.close}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function HelpDialog({ done }: { done: () => void }): VNode {
  const [on, setOn] = useState(shortcutsOn());
  return (
    <Dialog title={strings.help} cancel={done}>
      <dl class="keys">
        {strings.shortcuts.map(([key, act]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{act}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={on}
          onChange={(event) => {
            const wanted = (event.currentTarget as HTMLInputElement).checked;
            setShortcuts(wanted);
            setOn(wanted);
          }}
        />
        {strings.shortcutsOn}
      </label>
      <div class="dialog-acts">
        <button type="button" class="button primary" onClick={done}>
          {strings.done}
        </button>
      </div>
    </Dialog>
  );
}
