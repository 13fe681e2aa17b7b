import { newId } from "../../common/ids";
import type { Outgoing } from "../../common/protocol";
import type { KeyValues } from "../../common/storage";

/**
 * waiting: not yet written to a connection; sent: written, not yet confirmed;
 * acked: the server has it, its event is still on the way here; failed: the server refused it.
 */
export type Delivery = "waiting" | "sent" | "acked" | "failed";

export interface Entry {
  /** The client_message_id: the same for every retry, so the server can drop repeats. */
  id: string;
  at: number;
  body: Outgoing;
  delivery: Delivery;
  sentAt: number;
  eventId: number | null;
  error: string | null;
}

const PREFIX = "teller:out:";

/**
 * What the customer has sent and the server has not confirmed.
 *
 * Each entry has a storage key of its own, so that two tabs never overwrite each other's, and stays there
 * until it is acknowledged: a reload or a cut connection resends it under the same id. Keys sort by time.
 */
export class Outbox {
  private entries: Entry[] = [];

  constructor(
    private readonly storage: KeyValues,
    private readonly changed: () => void,
    private readonly now: () => number = Date.now,
  ) {
    this.adopt();
  }

  list(): readonly Entry[] {
    return this.entries;
  }

  add(body: Outgoing): Entry {
    // Two sends within one millisecond keep their order through a strictly rising time.
    const last = this.entries[this.entries.length - 1];
    const at = Math.max(this.now(), (last?.at ?? 0) + 1);
    const entry: Entry = { id: newId(), at, body, delivery: "waiting", sentAt: 0, eventId: null, error: null };
    this.entries = [...this.entries, entry];
    this.store(entry);
    this.changed();
    return entry;
  }

  /** Takes over entries that another tab, or this page before a reload, left behind. */
  adopt(): void {
    const known = new Set(this.entries.map((entry) => entry.id));
    const found: Entry[] = [];
    for (const key of this.storage.keys()) {
      if (!key.startsWith(PREFIX)) continue;
      const id = key.slice(PREFIX.length).split(":")[1] ?? "";
      if (known.has(id)) continue;
      try {
        const stored = JSON.parse(this.storage.get(key) ?? "") as { at: number; body: Outgoing; error?: string };
        const failed = stored.error ?? null;
        found.push({
          id,
          at: stored.at,
          body: stored.body,
          delivery: failed ? "failed" : "waiting",
          sentAt: 0,
          eventId: null,
          error: failed,
        });
      } catch {
        this.storage.remove(key);
      }
    }
    if (!found.length) return;
    this.entries = [...this.entries, ...found].sort((a, b) => a.at - b.at);
    this.changed();
  }

  /** Entries to write now, oldest first: never written, or written `resendAfter` ms ago and still unconfirmed. */
  due(resendAfter: number): Entry[] {
    const now = this.now();
    return this.entries.filter(
      (entry) =>
        entry.delivery === "waiting" || (entry.delivery === "sent" && now - entry.sentAt >= resendAfter),
    );
  }

  sent(id: string): void {
    this.update(id, { delivery: "sent", sentAt: this.now(), error: null });
  }

  /** The connection is gone: what was written on it may not have arrived. */
  unsend(): void {
    this.entries = this.entries.map((entry) =>
      entry.delivery === "sent" ? { ...entry, delivery: "waiting", sentAt: 0 } : entry,
    );
    this.changed();
  }

  acked(id: string, eventId: number): void {
    const entry = this.find(id);
    if (!entry) return;
    this.storage.remove(this.key(entry));
    if (entry.body.kind === "human") {
      // The wish shows as the queue card and a notice, not as a message of its own.
      this.entries = this.entries.filter((other) => other !== entry);
      this.changed();
      return;
    }
    this.update(id, { delivery: "acked", eventId, error: null });
  }

  /** An event of the log is the final proof: its entry is done, whichever tab sent it. */
  seen(clientMessageId: string | null | undefined, eventId: number): void {
    const done = this.entries.filter(
      (entry) => entry.id === clientMessageId || (entry.eventId !== null && entry.eventId <= eventId),
    );
    if (!done.length) return;
    for (const entry of done) this.storage.remove(this.key(entry));
    this.entries = this.entries.filter((entry) => !done.includes(entry));
    this.changed();
  }

  /** For now refused (rate limit): stays waiting, with the reason shown. */
  hold(id: string, code: string): void {
    this.update(id, { delivery: "waiting", error: code });
  }

  failed(id: string, code: string): void {
    const entry = this.find(id);
    if (!entry || entry.delivery === "acked") return;
    this.update(id, { delivery: "failed", error: code });
    this.store({ ...entry, error: code });
  }

  retry(id: string): void {
    const entry = this.find(id);
    if (!entry) return;
    this.update(id, { delivery: "waiting", sentAt: 0, error: null });
    this.store({ ...entry, error: null });
  }

  discard(id: string): void {
    const entry = this.find(id);
    if (!entry) return;
    this.storage.remove(this.key(entry));
    this.entries = this.entries.filter((other) => other.id !== id);
    this.changed();
  }

  /** Another tab has had this storage key acknowledged or discarded. */
  removedElsewhere(key: string): void {
    if (!key.startsWith(PREFIX)) return;
    const id = key.slice(PREFIX.length).split(":")[1];
    const entry = id ? this.find(id) : undefined;
    if (!entry || entry.delivery === "acked") return;
    this.entries = this.entries.filter((other) => other !== entry);
    this.changed();
  }

  clear(): void {
    for (const key of this.storage.keys()) if (key.startsWith(PREFIX)) this.storage.remove(key);
    this.entries = [];
    this.changed();
  }

  private find(id: string): Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  private key(entry: Entry): string {
    return `${PREFIX}${String(entry.at).padStart(16, "0")}:${entry.id}`;
  }

  private store(entry: Entry): void {
    const kept = { at: entry.at, body: entry.body, ...(entry.error ? { error: entry.error } : {}) };
    this.storage.set(this.key(entry), JSON.stringify(kept));
  }

  private update(id: string, part: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry));
    this.changed();
  }
}
