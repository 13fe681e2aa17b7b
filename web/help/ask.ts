interface Chat {
  open(): void;
  ask(text: string): void;
}

/** A button that opens the chat, with the search as its first question where there is one. */
export function ask(button: HTMLButtonElement): void {
  const chat = (): Chat | undefined => (window as unknown as { Teller?: Chat }).Teller;
  const show = (): void => {
    button.hidden = false;
  };
  // The chat's script is loaded beside this one: whichever is first waits for the other.
  if (chat()) show();
  else addEventListener("teller:ready", show, { once: true });
  button.addEventListener("click", () => {
    const question = button.dataset.ask?.trim();
    if (question) chat()?.ask(question);
    else chat()?.open();
  });
}
