/** Delays between attempts to connect: doubling, capped, with full jitter above a floor. */
export class Backoff {
  private attempt = 0;

  constructor(
    private readonly options: { base: number; cap: number; random?: () => number } = {
      base: 500,
      cap: 20_000,
    },
  ) {}

  /**
   * Milliseconds to wait before the next attempt. Half of the delay is fixed and half is random, so
   * that a thousand widgets cut off together do not come back together, and none comes back at once.
   */
  next(): number {
    const ceiling = Math.min(this.options.cap, this.options.base * 2 ** this.attempt);
    this.attempt += 1;
    const random = this.options.random ?? Math.random;
    return ceiling / 2 + (ceiling / 2) * random();
  }

  reset(): void {
    this.attempt = 0;
  }

  get attempts(): number {
    return this.attempt;
  }
}
