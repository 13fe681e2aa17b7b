import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AssistantMark } from "../common/icons";
import type { Demo } from "../common/protocol";
import { loadDemo } from "./api";
import type { Desk } from "./desk";
import { initials } from "./labels";
import { strings } from "./strings";

export function SignIn({ desk }: { desk: Desk }): VNode {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [demo, setDemo] = useState<Demo | null>(null);
  const submit = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    void loadDemo().then(setDemo);
  }, []);

  return (
    <main class="sign-in">
      <form
        class="sign-in-card"
        onSubmit={async (event) => {
          event.preventDefault();
          setBusy(true);
          setError(await desk.signIn(email.trim(), password));
          setBusy(false);
        }}
      >
        <span class="brand">
          <span class="brand-mark">
            <AssistantMark />
          </span>
          {strings.product}
        </span>
        <h1>{strings.signInTitle}</h1>
        <label>
          {strings.email}
          <input
            type="email"
            name="email"
            autocomplete="username"
            required
            value={email}
            data-testid="email"
            onInput={(event) => setEmail((event.currentTarget as HTMLInputElement).value)}
          />
        </label>
        <label>
          {strings.password}
          <input
            type="password"
            name="password"
            autocomplete="current-password"
            required
            value={password}
            data-testid="password"
            onInput={(event) => setPassword((event.currentTarget as HTMLInputElement).value)}
          />
        </label>
        <p class="form-error" role="alert">
          {error}
        </p>
        <button ref={submit} type="submit" class="button primary" disabled={busy} data-testid="sign-in">
          {busy ? strings.signingIn : strings.signIn}
        </button>
        {demo?.agents.length ? (
          <section class="demo" aria-labelledby="demo-title">
            <h2 id="demo-title">{strings.demoTitle}</h2>
            {demo.agents.map((agent) => (
              <button
                key={agent.email}
                type="button"
                class="demo-agent"
                data-testid="demo-agent"
                title={strings.demoUse(agent.name)}
                onClick={() => {
                  setEmail(agent.email);
                  setPassword(agent.password);
                  setError(null);
                  submit.current?.focus();
                }}
              >
                <span class="face" aria-hidden="true">
                  {initials(agent.name)}
                </span>
                <span class="demo-words">
                  <strong>{agent.name}</strong>
                  <span>
                    {agent.email} · {agent.password}
                  </span>
                </span>
              </button>
            ))}
          </section>
        ) : null}
      </form>
    </main>
  );
}
