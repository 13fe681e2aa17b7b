// Every sentence of the widget, in one place per language. A new language is a file like this one
// with the same keys (the type checks it) and one line in locale/index.ts.

export const launcher = {
  open: "Open support chat",
  close: "Close support chat",
  unread: (count: number) => (count === 1 ? "1 unread message" : `${count} unread messages`),
  frame: "Support chat",
};

export const panel = {
  title: "Support",
  greeting: "Hi, how can we help?",
  greetingNamed: (name: string) => `Hi ${name}, how can we help?`,
  intro: "Ask in your own words. You get an answer right away, and a person whenever you want one.",
  suggestionsTitle: "Often asked",
  suggestions: [
    "How much does it cost to withdraw?",
    "Where is my deposit?",
    "How do I verify my identity?",
    "What do savings pay?",
  ],
  safety: "We never ask for your password, seed phrase or codes. Please do not send them.",

  assistant: "Assistant",
  you: "You",
  support: "Support",
  statusAssistant: "Assistant · answers at once",
  statusStarting: "Assistant is starting",
  statusDown: "Assistant unavailable",
  statusWaiting: "Waiting for a person",
  statusHuman: (name: string) => `${name} is with you`,
  statusClosed: "Conversation closed",
  statusConnecting: "Connecting",
  statusReconnecting: "Connecting again",

  minimise: "Close chat",
  log: "Conversation",
  composer: "Your message",
  placeholder: "Write a message",
  placeholderClosed: "Write to start again",
  send: "Send message",
  newLineHint: "Enter sends, Shift + Enter makes a new line",
  remaining: (count: number) => `${count} characters left`,
  tooLong: (count: number) => `${count} characters too many`,
  person: "Talk to a person",
  personAsked: "Asking for a person",
  inQueue: "In the queue",

  sending: "Sending",
  sent: "Sent",
  kept: "Kept, will be sent when you are connected",
  failed: "Not sent",
  retry: "Try again",
  discard: "Discard",
  failure: {
    rate_limited: "You are writing very quickly. This is sent in a moment.",
    too_long: "This message is too long.",
    empty: "This message is empty.",
    bad_choice: "This choice is no longer available.",
    other: "This could not be sent.",
  } as Record<string, string>,

  showDetails: "Show steps",
  hideDetails: "Hide steps",
  updated: (date: string) => `Updated ${date}`,
  opensInTab: "opens in a new tab",
  chosen: "chosen",
  choicesLabel: "Choices",
  typing: (name: string) => `${name} is typing`,
  thinking: "Looking that up",

  queueTitle: "You are in the queue",
  queuePosition: (position: number) => (position === 1 ? "You are next" : `Number ${position} in the queue`),
  queueWait: "Expected wait",
  queueUnknown: "Not known right now",
  waitWithin: (hours: number) => (hours === 1 ? "Within an hour" : `Within ${hours} hours`),
  waitUnderMinute: "under a minute",
  waitMinutes: (low: number, high: number) =>
    low === high ? (low === 1 ? "about 1 minute" : `about ${low} minutes`) : `${low} to ${high} minutes`,
  waitHours: (low: number, high: number) =>
    low === high ? (low === 1 ? "about 1 hour" : `about ${low} hours`) : `${low} to ${high} hours`,
  queueOnline: (count: number) => (count === 1 ? "1 person online" : `${count} people online`),
  queueNobody: "Nobody from our team is online right now.",
  queueNobodyMore: "Your place is kept and you will be answered here. You can close this window.",
  queueMore: "You can keep writing. The person who takes over reads everything.",

  startingTitle: "The assistant is starting",
  startingText: "You can write already. Your message is kept and answered as soon as it is ready.",
  startingKept: "Your message is kept. It is answered as soon as the assistant is ready.",
  downTitle: "The assistant cannot answer right now",
  downText: "Write anyway, or ask for a person. Nothing you send is lost.",

  connectionLost: "Connection lost. Trying again. Your messages are kept.",
  offline: "You are offline. Your messages are kept and sent when you are back.",
  unavailable: "Support cannot be reached right now. Trying again.",
  restarted: "Your earlier session has expired. This is a new conversation.",

  notice: {
    queued: "You are in the queue for a person",
    agent_joined: "A person has joined the conversation",
    agent_left: "The person has left the conversation",
    closed: "This conversation was closed",
    returned: "You are back with the assistant",
    secret_removed: "Something secret was removed from your message",
    assistant_unavailable: "The assistant cannot answer right now",
    waiting_for_assistant: "Your message is kept until the assistant is ready",
  } as Record<string, string>,
  agentJoined: (name: string) => `${name} joined the conversation`,
  agentLeft: (name: string) => `${name} left the conversation`,
  redacted: (what: string) => `Removed before anyone could read it: ${what}`,
  secrets: {
    seed_phrase: "a seed phrase",
    private_key: "a private key",
    password: "a password",
    card_number: "a card number",
    api_secret: "an API secret",
    one_time_code: "a one-time code",
    identity_number: "an identity number",
  } as Record<string, string>,
  secretOther: "something secret",
  newMessages: "New messages",
};

export type LauncherStrings = typeof launcher;
export type PanelStrings = typeof panel;
