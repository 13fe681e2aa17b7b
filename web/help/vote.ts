/** Sends a vote without leaving the page, thanks, and asks what was missing after a "no". */
export function vote(form: HTMLFormElement): void {
  const why = form.parentElement?.querySelector<HTMLFormElement>("form[data-reason]") ?? null;
  const said = document.createElement("p");
  said.className = "thanks";
  said.setAttribute("role", "status");
  form.parentElement?.prepend(said);
  said.hidden = true;

  const say = (text: string | undefined): void => {
    said.hidden = false;
    said.textContent = text ?? "";
  };

  const send = async (from: HTMLFormElement, button: HTMLButtonElement): Promise<void> => {
    const data = new URLSearchParams(new FormData(from) as unknown as Record<string, string>);
    data.set(button.name, button.value);
    try {
      const answer = await fetch(from.action, {
        method: "POST",
        body: data,
        headers: { accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      say(form.dataset.failed);
      return;
    }
    const no = button.name === "helpful" && button.value === "no" && why !== null;
    say(no ? form.dataset.sorry : form.dataset.thanks);
    form.hidden = true;
    form.parentElement?.querySelector(":scope > h2")?.setAttribute("hidden", "");
    if (why) why.hidden = !no;
    if (no) why?.querySelector("button")?.focus();
    else {
      said.tabIndex = -1;
      said.focus();
    }
  };

  for (const each of [form, why]) {
    each?.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!(button instanceof HTMLButtonElement)) return; // no buttons known: the form goes as it is
      event.preventDefault();
      void send(each, button);
    });
  }
}
