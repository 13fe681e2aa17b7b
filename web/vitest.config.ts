import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    // An empty frame may load; nothing is fetched, as the tests replace the address.
    environmentOptions: { happyDOM: { settings: { enableIframePageLoading: true } } },
    restoreMocks: true,
  },
});
