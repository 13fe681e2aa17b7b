import { useEffect, useReducer } from "preact/hooks";

/** A value that components can watch. `set` replaces parts; listeners run once per microtask. */
export class Store<T extends object> {
  private listeners = new Set<() => void>();
  private scheduled = false;

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(part: Partial<T>): void {
    this.value = { ...this.value, ...part };
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      for (const listener of [...this.listeners]) listener();
    });
  }

  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Renders the component again whenever the store changes. */
export function useStore<T extends object>(store: Store<T>): T {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    render(undefined as never); // the value may have changed between render and effect
    return store.watch(() => render(undefined as never));
  }, [store]);
  return store.get();
}

/** The current time, renewed every `milliseconds`, for ages and waiting times that tick. */
export function useNow(milliseconds: number): number {
  const [now, renew] = useReducer(() => Date.now(), 0, () => Date.now());
  useEffect(() => {
    const timer = setInterval(() => renew(undefined as never), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
  return now;
}
