// Fails when a budget is exceeded. Sizes are gzip, as they travel.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = resolve(process.env.TELLER_STATIC ?? resolve(web, "../server/static"));

const BUDGETS = [
  { name: "widget.js (loader)", files: ["widget.js"], limit: 6 * 1024 },
  { name: "widget panel", files: ["widget"], limit: 70 * 1024 },
  { name: "console", files: ["console"], limit: 90 * 1024 },
  { name: "demo page", files: ["demo"], limit: 30 * 1024 },
  { name: "help centre", files: ["help"], limit: 4 * 1024 },
];

async function gzipped(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return gzipSync(await readFile(path), { level: 9 }).length;
  const sizes = await Promise.all(entries.map((entry) => gzipped(join(path, entry.name))));
  return sizes.reduce((total, size) => total + size, 0);
}

let failed = false;
for (const { name, files, limit } of BUDGETS) {
  const sizes = await Promise.all(files.map((file) => gzipped(join(out, file))));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const ok = total <= limit;
  failed ||= !ok;
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`${ok ? "ok  " : "FAIL"} ${name.padEnd(20)} ${kib(total).padStart(9)} of ${kib(limit)}`);
}
if (failed) {
  console.error("A size budget is exceeded: make the part smaller, or change the budget in scripts/size.mjs with a reason.");
  process.exit(1);
}
