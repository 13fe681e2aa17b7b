// A morning's worth of conversations, so that the console has something to show.

const MINUTE = 60_000;

export function seed(world, agents) {
  const at = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();
  const customer = (conversation, text, minutes) => world.append(conversation, { type: "message", actor: "customer", text }, at(minutes));

  const urgent = world.createConversation({ contact: { id: "7f21", name: "Mira Okafor" }, topic: "account_security" });
  customer(urgent, "hi, how do i see my last sign-ins?", 9);
  world.record(urgent, urgent.events.at(-1), { intent: "manage_devices", topic: "account_security", confidence: 0.88, decision: "answer", reason: "confident", article: "devices-and-sessions" });
  world.append(urgent, { type: "message", actor: "assistant", text: "Open **Profile → Security → Devices**. Each line shows device, place and time; you can end any of them.", article: { id: "devices-and-sessions", title: "Devices and active sessions", url: "/help/en/devices-and-sessions", updated: "2026-11-02" } }, at(9));
  customer(urgent, "someone withdrew my btc, it wasn't me!! 0.42 BTC to bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh", 6);
  world.record(urgent, urgent.events.at(-1), {
    intent: "unauthorised_transaction", topic: "account_security", confidence: 0.96, in_scope: 0.99, decision: "handoff", reason: "account_danger", needs_human: true, rule: "needs_human",
    alternatives: [
      { intent: "unauthorised_transaction", topic: "account_security", confidence: 0.96 },
      { intent: "account_hacked", topic: "account_security", confidence: 0.03 },
      { article: "unauthorised-withdrawal", title: "A withdrawal that you did not make", score: 0.91 },
      { article: "freeze-account", title: "Freeze your account", score: 0.72 },
      { article: "withdrawal-status", title: "Where a withdrawal is", score: 0.4 },
    ],
    entities: [{ entity: "asset", value: "BTC" }, { entity: "amount", value: 0.42 }, { entity: "address", value: "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh" }],
  });
  world.append(urgent, { type: "message", actor: "assistant", text: "I am sorry, this needs a specialist at once. I have put you at the front of the queue.\n\nMeanwhile, **freeze your account** under *Profile → Security → Freeze account*." }, at(6));
  world.handOff(urgent, { reason: "account_danger", priority: "urgent", team: "security", topic: "account_security", summary: "Reports a withdrawal of 0.42 BTC that they did not make." }, at(6));
  customer(urgent, "please hurry", 4);

  const high = world.createConversation({ contact: { id: "c13a", name: "Jonas Weber" }, language: "de", channel: "telegram" });
  customer(high, "my usdt deposit from yesterday never arrived, 1,250 usdt trc20", 21);
  world.record(high, high.events.at(-1), { intent: "deposit_not_credited", topic: "deposit_crypto", confidence: 0.91, decision: "handoff", reason: "money_missing", needs_human: true, entities: [{ entity: "asset", value: "USDT" }, { entity: "network", value: "TRC20" }, { entity: "amount", value: 1250 }, { entity: "duration", value: 24 }] });
  world.handOff(high, { reason: "money_missing", priority: "high", team: "payments", topic: "deposit_crypto", summary: "1,250 USDT over TRC20, sent yesterday, not credited." }, at(20));

  const normal = world.createConversation({ contact: { id: "e802", name: null } });
  customer(normal, "the thing does not do what it says", 14);
  world.reply(normal, normal.events.at(-1), null, at(14));
  customer(normal, "no. the other thing", 13);
  world.reply(normal, normal.events.at(-1), null, at(13));
  Object.assign(normal, { waiting_since: at(13) });

  const mail = world.createConversation({ contact: { id: "19d4", name: "Lucía Fernández" }, language: "es", channel: "email" });
  customer(mail, "I want to file a complaint about how my verification was handled.", 63);
  world.record(mail, mail.events.at(-1), { intent: "complaint", topic: "complaint_feedback", confidence: 0.89, decision: "handoff", reason: "needs_human", needs_human: true });
  world.handOff(mail, { reason: "needs_human", priority: "normal", team: "general", topic: "complaint_feedback", summary: "Complaint about the verification process." }, at(62));

  const mine = world.createConversation({ contact: { id: "a6b0", name: "Sam Whitfield" } });
  customer(mine, "i want a human please, it is about a fixed savings redemption", 32);
  world.record(mine, mine.events.at(-1), { intent: "human_agent", topic: "human_agent", confidence: 0.97, decision: "handoff", reason: "asked_for_person" });
  world.handOff(mine, { reason: "asked_for_person", priority: "normal", team: "earn", topic: "savings_earn", summary: "Asked for a person about a fixed savings redemption." }, at(32));
  world.take(mine, agents[0], mine.version, at(28));
  world.append(mine, { type: "message", actor: "agent", agent: { id: "a1", name: agents[0].name }, text: "Hello Sam, Ana here. Which savings position is it, and what does the app show?" }, at(27));
  customer(mine, "the 90 day one from august. it says *redeeming* since two days", 25);
  world.append(mine, { type: "note", actor: "agent", agent: { id: "a1", name: agents[0].name }, text: "Position matured on the 14th. Asked payments to release the batch, ticket with them." }, at(22));

  const other = world.createConversation({ contact: { id: "5c77", name: "Priya N." } });
  customer(other, "api key gives error 4031 since the update", 51);
  world.handOff(other, { reason: "asked_for_person", priority: "normal", team: "trading", topic: "api_keys", summary: "API error 4031 since the update." }, at(50));
  world.take(other, agents[1], other.version, at(46));
  world.append(other, { type: "message", actor: "agent", agent: { id: "a2", name: agents[1].name }, text: "Looking into it now." }, at(44));
}
