// Builds the five parts into server/static. Names carry content hashes, nothing carries a time or a path,
// so the same sources give the same bytes anywhere.
import { rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const web = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = resolve(process.env.TELLER_STATIC ?? resolve(web, "../server/static"));
const watch = process.argv.includes("--watch") ? {} : null;

const shared = {
  configFile: false,
  envDir: false,
  logLevel: "warn",
  publicDir: false,
};

/** A page with one script and one stylesheet, served under `base`. */
function page(name, root, input, { stable = false } = {}) {
  const suffix = stable ? "" : ".[hash]";
  return {
    ...shared,
    root: resolve(web, root),
    base: `/${name}/`,
    build: {
      outDir: resolve(out, name),
      emptyOutDir: true,
      target: "es2021",
      cssTarget: ["chrome111", "firefox121", "safari16.4"],
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      watch,
      rollupOptions: {
        input: resolve(web, root, input),
        output: {
          entryFileNames: `assets/${name}${suffix}.js`,
          chunkFileNames: `assets/[name]${suffix}.js`,
          assetFileNames: `assets/${name}${suffix}[extname]`,
        },
      },
    },
  };
}

const loader = {
  ...shared,
  root: resolve(web, "widget/loader"),
  build: {
    outDir: out,
    emptyOutDir: false,
    target: "es2021",
    reportCompressedSize: false,
    watch,
    lib: {
      entry: resolve(web, "widget/loader/main.ts"),
      formats: ["iife"],
      name: "TellerLoader",
      fileName: () => "widget.js",
    },
  },
};

/** The help centre's pages are the server's; only their script is built. */
const help = {
  ...shared,
  root: resolve(web, "help"),
  build: {
    outDir: resolve(out, "help/assets"),
    emptyOutDir: true,
    target: "es2021",
    modulePreload: false,
    reportCompressedSize: false,
    watch,
    rollupOptions: {
      input: resolve(web, "help/main.ts"),
      output: { format: "iife", entryFileNames: "help.[hash].js" },
    },
  },
};

if (!watch) await rm(out, { recursive: true, force: true });
await build(page("widget", "widget/panel", "panel.html"));
await build(page("console", "console", "index.html"));
await build(page("demo", "demo", "index.html"));
await build(loader);
await build(help);
