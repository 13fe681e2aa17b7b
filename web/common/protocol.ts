// The words that widget, console and server speak. The server side is docs/protocol and server/;
// a field that is optional here may be absent on the wire, and readers must cope with that.

export type Owner = "bot" | "waiting" | "human" | "closed";
export type Actor = "customer" | "assistant" | "agent" | "system";

export interface Choice {
  token: string;
  label: string;
}

export interface ArticleLink {
  id: string;
  title: string;
  url: string;
  updated?: string | null;
}

export interface AgentName {
  id?: string;
  name: string;
}

export type NoticeCode =
  | "queued"
  | "agent_joined"
  | "agent_left"
  | "closed"
  | "returned"
  | "secret_removed"
  | "assistant_unavailable"
  | "waiting_for_assistant";

/** One entry of a conversation's log. `id` rises within its conversation; gaps are normal. */
export interface ConversationEvent {
  id: number;
  type: "message" | "notice" | "note" | "ownership";
  actor: Actor;
  at: string;
  client_message_id?: string | null;
  text?: string;
  details?: string | null;
  choices?: Choice[] | null;
  /** Whether the answer solved it, to be tapped under it. */
  feedback?: { question: string; choices: Choice[] } | null;
  /** The choices only help whoever takes over: they can be tapped while the customer waits, too. */
  collects?: boolean;
  article?: ArticleLink | null;
  agent?: AgentName | null;
  redacted?: string[] | null;
  code?: NoticeCode | string;
  /** Token of the choice this customer message was tapped from, where the server tells it. */
  choice?: string | null;
  /** Of an ownership event: what was done, and why. */
  action?: string;
  reason?: string | null;
}

export interface Queue {
  position: number;
  /** Lower and upper bound in seconds; null when nothing honest can be said. */
  wait_seconds: [number, number] | null;
  agents_online: number;
  /** Within which the exchange answers in any case, in seconds. */
  promise_seconds?: number;
}

export interface ConversationState {
  id: string;
  owner: Owner;
  /** Two letters; null while nothing has told it. */
  language?: string | null;
  assistant: "ready" | "starting" | "down";
  queue: Queue | null;
  agent: AgentName | null;
  pending: boolean;
}

export interface SessionCreated {
  session: string;
  expires_at: string;
  conversation: ConversationState;
}

export interface ServerError {
  code: string;
  message: string;
  retry_after?: number;
}

/** What a customer sends: a text, a tapped choice or the wish for a person. */
export type Outgoing =
  | { kind: "text"; text: string }
  | { kind: "choice"; token: string; label: string }
  | { kind: "human" };

export type WidgetFrame =
  | { type: "welcome"; conversation: ConversationState; last_event_id: number }
  | { type: "event"; event: ConversationEvent }
  | { type: "ack"; client_message_id: string; event_id: number }
  | { type: "state"; conversation: ConversationState }
  | { type: "typing"; actor: "agent" | "assistant" }
  | { type: "pong" }
  | ({ type: "error"; client_message_id?: string } & ServerError);

// Console

export type Priority = "urgent" | "high" | "normal";

export interface AgentProfile {
  id: string;
  name: string;
  email: string;
  role: string;
  status: "online" | "away";
  capacity: number;
}

export interface ConversationItem {
  id: string;
  owner: Owner;
  version: number;
  channel: string;
  contact: { id: string; name: string | null };
  language: string | null;
  /** Whether the customer asked for it. */
  language_wished?: boolean;
  topic: string | null;
  priority: Priority | null;
  team: string | null;
  reason: string | null;
  summary: string | null;
  waiting_since: string | null;
  position: number | null;
  agent: { id: string; name: string } | null;
  last_message: { text: string; at: string; actor: Actor } | null;
  updated_at: string;
  last_event_id: number;
}

export interface Counts {
  waiting: number;
  mine: number;
  open: number;
}

export interface RecordAlternative {
  intent?: string;
  topic?: string;
  confidence?: number;
  article?: string;
  title?: string;
  score?: number;
}

export interface RecordEntity {
  entity: string;
  value: string | number;
  text?: string;
}

/** Where a guided check stood after the message. */
export interface GuidedCheck {
  tree: string;
  node: string;
  outcome: string | null;
  asked: number;
  answers: Record<string, string>;
  fields?: Record<string, string | number>;
  wait?: Record<string, string | number>;
}

/** Why the assistant did what it did with one customer message. */
export interface RoutingRecord {
  intent?: string | null;
  topic?: string | null;
  confidence?: number | null;
  in_scope?: number | null;
  decision?: string | null;
  reason?: string | null;
  probability?: number | null;
  article?: string | { id: string; title?: string } | null;
  alternatives?: RecordAlternative[] | null;
  entities?: RecordEntity[] | null;
  language?: string | null;
  needs_human?: boolean | null;
  check?: GuidedCheck | null;
  solved?: { article: string; solved: boolean } | null;
  rule?: string | null;
  milliseconds?: Record<string, number> | null;
}

export type ConsoleFrame =
  | { type: "conversation"; conversation: ConversationItem }
  | { type: "removed"; id: string }
  | { type: "event"; conversation_id: string; event: ConversationEvent }
  | { type: "record"; conversation_id: string; event_id: number; record: RoutingRecord }
  | { type: "counts"; counts: Counts }
  | { type: "typing"; conversation_id: string; actor: "customer" | "agent" }
  | { type: "pong" }
  | ({ type: "error" } & ServerError);

export interface Demo {
  demo: true;
  agents: { email: string; password: string; name: string }[];
  exchange?: {
    name?: string;
    highlights?: { value: string; label: string }[];
  } & Record<string, unknown>;
}
