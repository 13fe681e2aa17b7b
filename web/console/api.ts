import type { AgentProfile, ConversationEvent, ConversationItem, Counts, Demo, RoutingRecord } from "../common/protocol";
import { strings } from "./strings";

export type ViewName = "waiting" | "mine" | "open" | "all";

/** What the server answered instead of doing it, in its own words. `status` 0: there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly agent: string | null = null,
    /** What else the error says, such as the findings of a check. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

interface SignedIn {
  agent: AgentProfile;
  csrf: string;
}

export interface Transcript {
  conversation: ConversationItem;
  events: ConversationEvent[];
  records: Record<string, RoutingRecord>;
}

/** The console's requests. The session is a cookie; writes carry the token that came with it. */
export class Api {
  private csrf = "";

  constructor(private readonly signedOut: () => void) {}

  async signIn(email: string, password: string): Promise<AgentProfile> {
    const answer = await this.call<SignedIn>("/sign-in", { email, password });
    this.csrf = answer.csrf;
    return answer.agent;
  }

  async me(): Promise<AgentProfile> {
    const answer = await this.call<SignedIn>("/me");
    this.csrf = answer.csrf;
    return answer.agent;
  }

  async setStatus(status: "online" | "away"): Promise<AgentProfile> {
    return (await this.call<SignedIn>("/status", { status })).agent;
  }

  signOut(): Promise<unknown> {
    return this.call("/sign-out", {});
  }

  list(view: ViewName): Promise<{ conversations: ConversationItem[]; counts: Counts }> {
    return this.call(`/conversations?view=${view}`);
  }

  conversation(id: string): Promise<Transcript> {
    return this.call(`/conversations/${id}`);
  }

  take(id: string, version: number): Promise<ConversationItem> {
    return this.call(`/conversations/${id}/take`, { version });
  }

  close(id: string, reason: string): Promise<ConversationItem> {
    return this.call(`/conversations/${id}/close`, { reason });
  }

  giveBack(id: string): Promise<ConversationItem> {
    return this.call(`/conversations/${id}/return`, {});
  }

  write(id: string, kind: "messages" | "notes", clientMessageId: string, text: string): Promise<{ event_id: number }> {
    return this.call(`/conversations/${id}/${kind}`, { client_message_id: clientMessageId, text });
  }

  typing(id: string): Promise<unknown> {
    return this.call(`/conversations/${id}/typing`, {});
  }

  /** One request: without a body it reads, with one it writes. */
  async call<T>(path: string, body?: object): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`/api/agent${path}`, {
        credentials: "same-origin",
        ...(body === undefined
          ? {}
          : {
              method: "POST",
              headers: { "Content-Type": "application/json", "X-Teller-CSRF": this.csrf },
              body: JSON.stringify(body),
            }),
      });
    } catch {
      throw new ApiError(0, "unreachable", strings.unreachable);
    }
    const answer = (await response.json().catch(() => null)) as
      | (T & { error?: { code: string; message: string; agent?: string | { name: string } | null } })
      | null;
    if (response.ok && answer !== null) return answer;
    const error = answer?.error;
    if (response.status === 401 && path !== "/sign-in") this.signedOut();
    const agent = typeof error?.agent === "string" ? error.agent : (error?.agent?.name ?? null);
    throw new ApiError(response.status, error?.code ?? "failed", error?.message ?? strings.failed, agent, { ...error });
  }
}

/** The demo's sign-ins, or null where this is no demo. */
export async function loadDemo(): Promise<Demo | null> {
  try {
    const response = await fetch("/api/demo");
    return response.ok ? ((await response.json()) as Demo) : null;
  } catch {
    return null;
  }
}
