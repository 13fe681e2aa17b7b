import { expect, it } from "vitest";
import { Backoff } from "../common/backoff";

it("doubles up to its cap, and starts again after a reset", () => {
  const backoff = new Backoff({ base: 500, cap: 4000, random: () => 1 });
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1000, 2000, 4000, 4000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

it("spreads attempts over the upper half of each delay", () => {
  const least = new Backoff({ base: 500, cap: 4000, random: () => 0 });
  expect([least.next(), least.next()]).toEqual([250, 500]);
});
