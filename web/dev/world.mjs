// Everything the mock server knows: conversations in memory, a pretend assistant and two agents.
// It follows the protocol, not the product: answers are canned, and their numbers are made up.
import { randomUUID } from "node:crypto";

export const AGENTS = [
  { id: "a1", name: "Ana Ruiz", email: "ana@calder.example", password: "demo-ana", role: "agent", status: "online", capacity: 5 },
  { id: "a2", name: "Tomas Berg", email: "tomas@calder.example", password: "demo-tomas", role: "agent", status: "online", capacity: 5 },
];

const SECRET = /\b(?:my password is \S+|(?:abandon\s+){3,}\w+)/gi;
const PRIORITY = { urgent: 0, high: 1, normal: 2 };

const ANSWERS = [
  {
    match: /tell me everything/i,
    intent: "verify_identity",
    topic: "kyc_verification",
    text: `${"A long answer, as an article without a short form would give it. ".repeat(8)}\n\n`.repeat(4),
  },
  {
    match: /withdraw|send|cost|fee/i,
    intent: "withdraw_fee",
    topic: "withdraw_limits_fees",
    text: "Sending **USDT** out costs a network fee that depends on the network you choose:\n\n| Network | Fee | Minimum |\n|---|---|---|\n| TRC20 | 1 USDT | 10 USDT |\n| BEP20 | 0.3 USDT | 5 USDT |\n| ERC20 | 3.2 USDT | 20 USDT |\n\nThe fee is shown again before you confirm.",
    details: "1. Open **Wallet**, then **Withdraw**.\n2. Choose USDT and the network that the receiving wallet supports.\n3. Paste the address and check its first and last four characters.\n4. Confirm with your authenticator code.",
    article: { id: "withdrawal-fees", title: "Withdrawal fees for each coin and network", url: "/help/en/withdrawal-fees", updated: "2026-11-10" },
  },
  {
    match: /deposit/i,
    intent: "deposit_status",
    topic: "deposit_crypto",
    text: "A deposit is credited after the network has confirmed it. You can follow it under **Wallet → History**: the entry shows how many confirmations it has and how many it needs.",
    details: "1. Open **Wallet → History → Deposits**.\n2. Compare the transaction hash with the one of the sending wallet.\n3. If the hash is not listed, check that coin, network and memo match your deposit page.",
    article: { id: "deposit-not-credited", title: "A deposit that has not arrived", url: "/help/en/deposit-not-credited", updated: "2026-11-04" },
  },
  {
    match: /verif|identity|kyc/i,
    intent: "verify_identity",
    topic: "kyc_verification",
    text: "You need a valid passport, identity card or driving licence and about five minutes. Open **Profile → Verification** and follow the steps; most checks finish within minutes.",
    article: { id: "verify-identity", title: "Verify your identity", url: "/help/en/verify-identity", updated: "2026-10-28" },
  },
];

export class World {
  constructor() {
    this.conversations = new Map();
    this.sessions = new Map();
    this.agentSessions = new Map();
    this.assistant = "ready";
    this.delay = 450;
    this.widgetListeners = new Set();
    this.agentListeners = new Set();
  }

  createSession(locale) {
    const conversation = this.createConversation({ language: locale?.split("-")[0] ?? "en" });
    const token = randomUUID();
    this.sessions.set(token, conversation.id);
    return { token, conversation };
  }

  createConversation(part = {}) {
    const id = randomUUID();
    const conversation = {
      id,
      owner: "bot",
      version: 1,
      channel: "widget",
      contact: { id: id.slice(0, 8), name: null },
      language: "en",
      topic: null,
      priority: null,
      team: null,
      reason: null,
      summary: null,
      waiting_since: null,
      agent: null,
      events: [],
      records: {},
      ids: new Map(),
      tokens: new Map(),
      clarifications: 0,
      pending: false,
      updated_at: new Date().toISOString(),
      ...part,
    };
    this.conversations.set(id, conversation);
    return conversation;
  }

  queue() {
    return [...this.conversations.values()]
      .filter((one) => one.owner === "waiting")
      .sort((a, b) => (PRIORITY[a.priority] ?? 2) - (PRIORITY[b.priority] ?? 2) || a.waiting_since.localeCompare(b.waiting_since));
  }

  state(conversation) {
    const online = AGENTS.filter((agent) => agent.status === "online").length;
    const position = this.queue().indexOf(conversation) + 1;
    return {
      id: conversation.id,
      owner: conversation.owner,
      assistant: this.assistant,
      queue:
        conversation.owner === "waiting"
          ? { position, wait_seconds: online ? [60 * position, 180 * position] : null, agents_online: online }
          : null,
      agent: conversation.agent ? { name: conversation.agent.name } : null,
      pending: conversation.pending,
    };
  }

  item(conversation) {
    const { id, owner, version, channel, contact, language, topic, priority, team, reason, summary, waiting_since, agent, updated_at } = conversation;
    const last = [...conversation.events].reverse().find((event) => event.type === "message");
    return {
      id, owner, version, channel, contact, language, topic, priority, team, reason, summary, waiting_since, agent, updated_at,
      position: owner === "waiting" ? this.queue().indexOf(conversation) + 1 : null,
      last_message: last ? { text: last.text, at: last.at, actor: last.actor } : null,
      last_event_id: conversation.events.at(-1)?.id ?? 0,
    };
  }

  counts(agentId) {
    const all = [...this.conversations.values()];
    return {
      waiting: all.filter((one) => one.owner === "waiting").length,
      mine: all.filter((one) => one.owner === "human" && one.agent?.id === agentId).length,
      open: all.filter((one) => one.owner === "waiting" || one.owner === "human").length,
    };
  }

  append(conversation, event, at = new Date().toISOString()) {
    const full = { id: (conversation.events.at(-1)?.id ?? 0) + 1, at, ...event };
    conversation.events.push(full);
    conversation.updated_at = at;
    if (full.client_message_id) conversation.ids.set(full.client_message_id, full.id);
    this.tellWidget(conversation, full);
    this.tellAgents({ type: "event", conversation_id: conversation.id, event: full });
    return full;
  }

  changed(conversation) {
    for (const listener of this.widgetListeners) listener(conversation, null);
    if (conversation.owner !== "bot") this.tellAgents({ type: "conversation", conversation: this.item(conversation) });
    this.tellAgents({ type: "counts" });
  }

  tellWidget(conversation, event) {
    if (event.type === "note" || event.type === "ownership") return;
    for (const listener of this.widgetListeners) listener(conversation, event);
  }

  tellAgents(frame) {
    for (const listener of this.agentListeners) listener(frame);
  }

  /** One inbound act of a customer; the same id again gives the same event. */
  customer(conversation, { client_message_id, text, token, human }) {
    const known = conversation.ids.get(client_message_id);
    if (known) return { event_id: known };
    if (human) {
      const event = this.append(conversation, { type: "message", actor: "customer", client_message_id, text: "I would like to talk to a person" });
      if (conversation.owner === "bot" || conversation.owner === "closed") this.handOff(conversation, { reason: "asked_for_person", summary: "Asked for a person." });
      return { event_id: event.id };
    }
    let choice = null;
    if (token !== undefined) {
      choice = conversation.tokens.get(token);
      if (!choice) return { error: { code: "bad_choice", message: "This choice is no longer available; write your question instead." } };
      text = choice.label;
    }
    if (!text?.trim()) return { error: { code: "empty", message: "The message is empty; write a question." } };
    if ([...text].length > 4000) return { error: { code: "too_long", message: "Keep the message under 4,000 characters." } };
    if (/ratelimit/.test(text) && !conversation.limited) {
      conversation.limited = true;
      return { error: { code: "rate_limited", message: "Wait a moment.", retry_after: 4 } };
    }
    const kept = text.replace(SECRET, "[secret removed]");
    const redacted = kept !== text ? [/password/i.test(text) ? "password" : "seed_phrase"] : null;
    const event = this.append(conversation, { type: "message", actor: "customer", client_message_id, text: kept, redacted });
    if (conversation.owner === "closed") {
      conversation.owner = "bot";
      conversation.version += 1;
      conversation.agent = null;
    }
    if (redacted) {
      this.append(conversation, { type: "notice", actor: "system", code: "secret_removed", text: "We removed something secret from your message. Please change it now if you use it anywhere." });
      this.handOff(conversation, { reason: "secret_shared", priority: "high", team: "security", topic: "secret_shared", summary: "Shared a secret; it was removed." });
      return { event_id: event.id };
    }
    if (conversation.owner === "bot") {
      conversation.pending = true;
      this.changed(conversation);
      this.think(conversation, event, choice);
    } else this.changed(conversation);
    return { event_id: event.id };
  }

  think(conversation, event, choice) {
    if (this.assistant !== "ready") {
      if (conversation.events.at(-1)?.code !== "waiting_for_assistant") {
        this.append(conversation, { type: "notice", actor: "system", code: "waiting_for_assistant", text: "" });
      }
      setTimeout(() => this.think(conversation, event, choice), 500);
      return;
    }
    setTimeout(() => {
      conversation.pending = false;
      if (conversation.owner === "bot") this.reply(conversation, event, choice);
      this.changed(conversation);
    }, this.delay);
  }

  reply(conversation, event, choice, at) {
    const text = event.text;
    const say = (reply) => this.append(conversation, { type: "message", actor: "assistant", ...reply }, at);
    if (choice?.human || /human|person|agent/i.test(text)) {
      this.record(conversation, event, { intent: "human_agent", topic: "human_agent", confidence: 0.98, decision: "handoff", reason: "asked_for_person" });
      say({ text: "Of course. I am passing you to a person now; they will see everything you have written." });
      this.handOff(conversation, { reason: "asked_for_person", topic: "human_agent", summary: "Asked for a person." });
      return;
    }
    if (/hack|stole|wasn't me|without me/i.test(text)) {
      this.record(conversation, event, { intent: "unauthorised_transaction", topic: "account_security", confidence: 0.94, decision: "handoff", reason: "account_danger", needs_human: true, entities: [{ entity: "asset", value: "BTC" }] });
      say({ text: "I am sorry, this needs a specialist at once. I have put you at the front of the queue.\n\nMeanwhile, **freeze your account** under *Profile → Security → Freeze account*." });
      this.handOff(conversation, { reason: "account_danger", priority: "urgent", team: "security", topic: "account_security", summary: "Reports a withdrawal that they did not make." });
      return;
    }
    if (choice?.answer) {
      conversation.clarifications = 0;
      this.record(conversation, event, { intent: "choose", topic: "savings_earn", confidence: 1, decision: "answer", reason: "chosen", article: choice.article });
      say({ text: choice.answer, article: { id: choice.article, title: choice.title, url: `/help/en/${choice.article}`, updated: "2026-11-12" } });
      return;
    }
    if (/apy|savings|earn/i.test(text)) {
      this.record(conversation, event, { intent: "savings_rates", topic: "savings_earn", confidence: 0.71, decision: "clarify", reason: "ambiguous" });
      say({
        text: "Which kind of savings do you mean?",
        choices: this.choices(conversation, [
          { label: "Flexible savings", article: "savings-flexible-rates", title: "Flexible savings: rates", answer: "Flexible savings on **USDT** pay **3.5 % APY** today. You can take the money out at any time." },
          { label: "Fixed savings", article: "savings-fixed-rates", title: "Fixed savings: rates and terms", answer: "Fixed savings on **USDT** pay **5.2 % APY** for 30 days and **6.1 % APY** for 90 days." },
          { label: "Talk to a person", human: true },
        ]),
      });
      return;
    }
    const answer = ANSWERS.find((one) => one.match.test(text));
    if (answer) {
      conversation.clarifications = 0;
      this.record(conversation, event, { intent: answer.intent, topic: answer.topic, confidence: 0.93, decision: "answer", reason: "confident", article: answer.article?.id ?? null });
      say({ text: answer.text, details: answer.details ?? null, article: answer.article ?? null });
      return;
    }
    conversation.clarifications += 1;
    if (conversation.clarifications > 1) {
      this.record(conversation, event, { intent: "oos_general", topic: "oos_general", confidence: 0.31, in_scope: 0.22, decision: "handoff", reason: "second_clarification" });
      say({ text: "I do not want to guess. I am passing you to a person, who can see what you have written." });
      this.handOff(conversation, { reason: "second_clarification", summary: `Unclear twice: "${text.slice(0, 60)}"` });
      return;
    }
    this.record(conversation, event, { intent: "deposit_status", topic: "deposit_crypto", confidence: 0.38, in_scope: 0.57, decision: "clarify", reason: "low_confidence" });
    say({
      text: "I am not sure what you mean. Is it one of these?",
      choices: this.choices(conversation, [
        { label: "A deposit that has not arrived", article: "deposit-not-credited", title: "A deposit that has not arrived", answer: ANSWERS[1].text },
        { label: "Withdrawal fees", article: "withdrawal-fees", title: "Withdrawal fees", answer: ANSWERS[0].text },
        { label: "Talk to a person", human: true },
      ]),
    });
  }

  choices(conversation, options) {
    conversation.tokens.clear();
    return options.map((option) => {
      const token = randomUUID();
      conversation.tokens.set(token, option);
      return { token, label: option.label };
    });
  }

  record(conversation, event, part) {
    const record = {
      in_scope: 0.97,
      probability: part.confidence ? part.confidence * 0.97 : null,
      alternatives: [
        { intent: part.intent, topic: part.topic, confidence: part.confidence },
        { intent: "withdraw_limit", topic: "withdraw_limits_fees", confidence: 0.04 },
        { intent: "deposit_how", topic: "deposit_crypto", confidence: 0.01 },
        { article: "withdrawal-fees", title: "Withdrawal fees for each coin and network", score: 0.88 },
        { article: "withdrawal-minimums", title: "Withdrawal minimums", score: 0.61 },
        { article: "withdrawal-limits", title: "Daily withdrawal limits", score: 0.44 },
      ],
      entities: [],
      language: "en",
      needs_human: false,
      rule: null,
      milliseconds: { nlu: 6.2, search: 3.1, decide: 0.4 },
      article: null,
      ...part,
    };
    conversation.records[event.id] = record;
    this.tellAgents({ type: "record", conversation_id: conversation.id, event_id: event.id, record });
  }

  handOff(conversation, { reason, priority = "normal", team = "general", topic = conversation.topic, summary }, at = new Date().toISOString()) {
    Object.assign(conversation, { owner: "waiting", reason, priority, team, topic, summary, waiting_since: at, agent: null });
    conversation.version += 1;
    this.append(conversation, { type: "ownership", actor: "system", action: "hand_off", from: "bot", to: "waiting", reason }, at);
    this.append(conversation, { type: "notice", actor: "system", code: "queued", text: "" }, at);
    for (const one of this.queue()) this.changed(one);
  }

  take(conversation, agent, version, at) {
    if (conversation.owner === "human" && conversation.agent.id !== agent.id) {
      return { error: { code: "already_taken", message: `${conversation.agent.name} has just taken this conversation.`, agent: conversation.agent.name } };
    }
    if (version !== conversation.version) return { error: { code: "already_taken", message: "This conversation has changed; look at it again." } };
    Object.assign(conversation, { owner: "human", agent: { id: agent.id, name: agent.name }, waiting_since: null });
    conversation.version += 1;
    this.append(conversation, { type: "ownership", actor: "agent", action: "take", from: "waiting", to: "human" }, at);
    this.append(conversation, { type: "notice", actor: "system", code: "agent_joined", agent: { name: agent.name }, text: `${agent.name} joined the conversation` }, at);
    this.changed(conversation);
    for (const one of this.queue()) this.changed(one);
    return { item: this.item(conversation) };
  }

  agentSays(conversation, agent, type, { client_message_id, text }) {
    const known = conversation.ids.get(client_message_id);
    if (known) return known;
    const event = this.append(conversation, { type, actor: "agent", agent: { id: agent.id, name: agent.name }, client_message_id, text });
    this.changed(conversation);
    return event.id;
  }

  close(conversation, agent, reason) {
    Object.assign(conversation, { owner: "closed", agent: null, waiting_since: null });
    conversation.version += 1;
    this.append(conversation, { type: "ownership", actor: "agent", action: "close", from: "human", to: "closed", reason });
    this.append(conversation, { type: "notice", actor: "system", code: "closed", text: "" });
    this.changed(conversation);
  }

  giveBack(conversation, agent) {
    Object.assign(conversation, { owner: "bot", agent: null, waiting_since: null });
    conversation.version += 1;
    this.append(conversation, { type: "ownership", actor: "agent", action: "give_back", from: "human", to: "bot" });
    this.append(conversation, { type: "notice", actor: "system", code: "returned", text: "" });
    for (const listener of this.widgetListeners) listener(conversation, null);
    this.tellAgents({ type: "removed", id: conversation.id });
    this.tellAgents({ type: "counts" });
  }
}
