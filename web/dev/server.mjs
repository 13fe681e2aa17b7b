// A stand-in for Teller's server, for work on the front end: serves the built files and speaks the widget and
// console protocols from memory. Nothing is checked or kept as the real server does it.
//   node dev/server.mjs [port]       POST /mock {"assistant": "starting"} · {"cut": true} · {"agents": "away"} · {"socket": false} · {"demo": false}
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { seed } from "./seed.mjs";
import { AGENTS, World } from "./world.mjs";

const STATIC = resolve(process.env.TELLER_STATIC ?? join(dirname(fileURLToPath(import.meta.url)), "../../server/static"));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'";
const PAGES = { "/": "demo/index.html", "/console": "console/index.html", "/widget/panel": "widget/panel.html", "/widget.js": "widget.js" };

const world = new World();
seed(world, AGENTS);
const switches = { demo: true, socket: true };

function json(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

const fail = (response, status, code, message, more = {}) => json(response, status, { error: { code, message, ...more } });

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

function file(response, path) {
  const full = normalize(join(STATIC, path));
  try {
    if (!full.startsWith(STATIC) || !statSync(full).isFile()) throw new Error("not a file");
  } catch {
    return fail(response, 404, "not_found", "There is no such page.");
  }
  response.writeHead(200, { "Content-Type": TYPES[extname(full)] ?? "application/octet-stream", "Content-Security-Policy": CSP, "Cache-Control": "no-cache" });
  createReadStream(full).pipe(response);
}

const publicEvents = (conversation, after) => conversation.events.filter((event) => event.id > after && event.type !== "note" && event.type !== "ownership");

async function widget(request, response, url) {
  if (url.pathname === "/api/widget/sessions") {
    const { token, conversation } = world.createSession((await body(request)).locale);
    return json(response, 201, { session: token, expires_at: new Date(Date.now() + 864e5).toISOString(), conversation: world.state(conversation) });
  }
  const conversation = world.conversations.get(world.sessions.get((request.headers.authorization ?? "").replace("Bearer ", "")));
  if (!conversation) return fail(response, 401, "unknown_session", "The session is unknown or has expired; create a new one.");
  if (url.pathname === "/api/widget/messages") {
    const sent = await body(request);
    const result = world.customer(conversation, { ...sent, token: sent.choice });
    if (result.error) return fail(response, result.error.code === "rate_limited" ? 429 : 422, result.error.code, result.error.message, result.error);
    return json(response, 202, result);
  }
  if (url.pathname === "/api/widget/events") {
    const after = Number(url.searchParams.get("after"));
    const answer = () => json(response, 200, { conversation: world.state(conversation), events: publicEvents(conversation, after) });
    const wait = Number(url.searchParams.get("wait"));
    if (publicEvents(conversation, after).length || wait === 0) return answer();
    const listener = (changed) => {
      if (changed !== conversation) return;
      finish();
    };
    const finish = () => {
      clearTimeout(timer);
      world.widgetListeners.delete(listener);
      setTimeout(answer, 5);
    };
    const timer = setTimeout(finish, wait * 1000);
    world.widgetListeners.add(listener);
    request.on("close", () => {
      clearTimeout(timer);
      world.widgetListeners.delete(listener);
    });
    return undefined;
  }
  return fail(response, 404, "not_found", "There is no such address.");
}

function agentOf(request) {
  const cookie = /teller_agent=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  return world.agentSessions.get(cookie) ?? null;
}

const profile = (agent) => {
  const { password: _, ...rest } = agent;
  return rest;
};

async function agentApi(request, response, url) {
  const path = url.pathname.replace("/api/agent", "");
  if (path === "/sign-in") {
    const { email, password } = await body(request);
    const agent = AGENTS.find((one) => one.email === email && one.password === password);
    if (!agent) return fail(response, 401, "bad_credentials", "E-mail or password is wrong.");
    const cookie = randomUUID();
    world.agentSessions.set(cookie, agent);
    return json(response, 200, { agent: profile(agent), csrf: "mock" }, { "Set-Cookie": `teller_agent=${cookie}; Path=/; HttpOnly; SameSite=Strict` });
  }
  const agent = agentOf(request);
  if (!agent) return fail(response, 401, "signed_out", "Sign in first.");
  if (request.method === "POST" && request.headers["x-teller-csrf"] !== "mock") return fail(response, 403, "csrf", "Reload the page and try again.");
  if (path === "/me") return json(response, 200, { agent: profile(agent), csrf: "mock" });
  if (path === "/sign-out") return json(response, 200, {}, { "Set-Cookie": "teller_agent=; Path=/; Max-Age=0" });
  if (path === "/status") {
    agent.status = (await body(request)).status;
    for (const one of world.queue()) world.changed(one);
    return json(response, 200, { agent: profile(agent), csrf: "mock" });
  }
  if (path === "/conversations") {
    const view = url.searchParams.get("view");
    const wanted = {
      waiting: (one) => one.owner === "waiting",
      mine: (one) => one.owner === "human" && one.agent?.id === agent.id,
      open: (one) => one.owner === "waiting" || one.owner === "human",
      all: () => true,
    }[view];
    const conversations = [...world.conversations.values()].filter(wanted).map((one) => world.item(one));
    return json(response, 200, { conversations, counts: world.counts(agent.id) });
  }
  const [, id, action] = /^\/conversations\/([\w-]+)(?:\/([\w-]+))?$/.exec(path) ?? [];
  const conversation = world.conversations.get(id);
  if (!conversation) return fail(response, 404, "not_found", "There is no such conversation.");
  if (!action) return json(response, 200, { conversation: world.item(conversation), events: conversation.events, records: conversation.records });
  const sent = await body(request);
  if (action === "take") {
    const result = world.take(conversation, agent, sent.version);
    return result.error ? json(response, 409, { error: result.error }) : json(response, 200, result.item);
  }
  if (action === "messages") return json(response, 201, { event_id: world.agentSays(conversation, agent, "message", sent) });
  if (action === "notes") return json(response, 201, { event_id: world.agentSays(conversation, agent, "note", sent) });
  if (action === "close") world.close(conversation, agent, sent.reason);
  else if (action === "return") world.giveBack(conversation, agent);
  else if (action === "typing") for (const listener of world.widgetListeners) listener(conversation, { typing: "agent" });
  return json(response, 200, world.item(conversation));
}

async function mock(request, response) {
  const order = await body(request);
  if (order.assistant) world.assistant = order.assistant;
  if (order.delay !== undefined) world.delay = order.delay;
  if (order.agents) for (const agent of AGENTS) agent.status = order.agents;
  if (order.socket !== undefined) switches.socket = order.socket;
  if (order.demo !== undefined) switches.demo = order.demo;
  if (order.cut || order.socket === false) for (const client of sockets.clients) client.terminate();
  for (const conversation of world.conversations.values()) world.changed(conversation);
  return json(response, 200, { ok: true });
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const path = url.pathname;
  const handled = async () => {
    if (path.startsWith("/api/widget/")) return widget(request, response, url);
    if (path.startsWith("/api/agent/")) return agentApi(request, response, url);
    if (path === "/mock" && request.method === "POST") return mock(request, response);
    if (path === "/api/demo") {
      if (!switches.demo) return fail(response, 404, "not_found", "This is not a demo.");
      return json(response, 200, {
        demo: true,
        agents: AGENTS.map(({ email, password, name }) => ({ email, password, name })),
        exchange: { name: "Calder", highlights: [
          { value: "0.10 %", label: "maker and taker fee on spot" },
          { value: "3.5 %", label: "APY on flexible USDT savings" },
          { value: "1 USDT", label: "to withdraw over TRC20" },
        ] },
      });
    }
    if (path.startsWith("/help/")) {
      response.writeHead(200, { "Content-Type": "text/html" });
      return response.end(`<!doctype html><title>Help</title><h1>${path.split("/").pop().replace(/[^\w-]/g, "")}</h1>`);
    }
    return file(response, PAGES[path] ?? path);
  };
  handled().catch((error) => {
    console.error(error);
    if (!response.headersSent) fail(response, 400, "bad_request", String(error.message));
  });
});

const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
server.on("upgrade", (request, socket, head) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const serve = path === "/api/widget/socket" ? widgetSocket : path === "/api/agent/socket" && agentOf(request) ? agentSocket : null;
  if (!serve || !switches.socket) return socket.destroy();
  return sockets.handleUpgrade(request, socket, head, (client) => serve(client, request));
});

function widgetSocket(client) {
  const send = (frame) => client.readyState === 1 && client.send(JSON.stringify(frame));
  let conversation = null;
  const listener = (changed, event) => {
    if (changed !== conversation) return;
    if (event?.typing) send({ type: "typing", actor: event.typing });
    else if (event) send({ type: "event", event });
    else send({ type: "state", conversation: world.state(conversation) });
  };
  client.on("message", (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === "hello") {
      conversation = world.conversations.get(world.sessions.get(frame.session));
      if (!conversation) return client.close(4401);
      const events = publicEvents(conversation, frame.last_event_id);
      send({ type: "welcome", conversation: world.state(conversation), last_event_id: publicEvents(conversation, 0).at(-1)?.id ?? 0 });
      for (const event of events) send({ type: "event", event });
      world.widgetListeners.add(listener);
    } else if (frame.type === "ping") send({ type: "pong" });
    else if (frame.type === "typing") world.tellAgents({ type: "typing", conversation_id: conversation.id, actor: "customer" });
    else {
      const result = world.customer(conversation, { ...frame, human: frame.type === "human" });
      const id = frame.client_message_id;
      if (result.error) send({ type: "error", client_message_id: id, ...result.error });
      else send({ type: "ack", client_message_id: id, event_id: result.event_id });
    }
    return undefined;
  });
  client.on("close", () => world.widgetListeners.delete(listener));
}

function agentSocket(client, request) {
  const agent = agentOf(request);
  const listener = (frame) => {
    if (client.readyState !== 1) return;
    client.send(JSON.stringify(frame.type === "counts" ? { type: "counts", counts: world.counts(agent.id) } : frame));
  };
  world.agentListeners.add(listener);
  client.on("message", (data) => {
    if (JSON.parse(String(data)).type === "ping") client.send('{"type":"pong"}');
  });
  client.on("close", () => world.agentListeners.delete(listener));
}

server.listen(Number(process.argv[2] ?? process.env.PORT ?? 5199), () => {
  console.log(`mock server on http://localhost:${server.address().port}/  (console: /console)`);
});
