// `npm run dev`: builds on every change and serves the result with the mock server. Reload the page to see it.
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
// Not into server/static: a half-built state must not end up in a commit.
const env = { ...process.env, TELLER_STATIC: resolve(web, "node_modules/.dev-static") };
const children = [
  spawn(process.execPath, ["scripts/build.mjs", "--watch"], { cwd: web, env, stdio: "inherit" }),
  spawn(process.execPath, ["dev/server.mjs", ...process.argv.slice(2)], { cwd: web, env, stdio: "inherit" }),
];
const stop = () => children.forEach((child) => child.kill());
for (const child of children) child.on("exit", stop);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
