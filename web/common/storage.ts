/** The part of localStorage that Teller uses. */
export interface KeyValues {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

export class MemoryStorage implements KeyValues {
  private values = new Map<string, string>();

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(): string[] {
    return [...this.values.keys()];
  }
}

class BrowserStorage implements KeyValues {
  // Keeps what could not be written (quota), so that a full disk costs the reload, not the message.
  private overflow = new MemoryStorage();

  constructor(private readonly storage: Storage) {}

  get(key: string): string | null {
    return this.overflow.get(key) ?? this.storage.getItem(key);
  }

  set(key: string, value: string): void {
    try {
      this.storage.setItem(key, value);
      this.overflow.remove(key);
    } catch {
      this.overflow.set(key, value);
    }
  }

  remove(key: string): void {
    this.overflow.remove(key);
    this.storage.removeItem(key);
  }

  keys(): string[] {
    const keys = new Set(this.overflow.keys());
    for (let index = 0; index < this.storage.length; index += 1) {
      const key = this.storage.key(index);
      if (key !== null) keys.add(key);
    }
    return [...keys];
  }
}

/** localStorage where the browser grants it, otherwise memory that lasts as long as the page. */
export function openStorage(): KeyValues {
  try {
    const storage = window.localStorage;
    const probe = "teller:probe";
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return new BrowserStorage(storage);
  } catch {
    return new MemoryStorage();
  }
}
