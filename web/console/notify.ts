import { plainText } from "../common/markdown";
import type { ConversationItem } from "../common/protocol";
import { contactName } from "./labels";
import { strings } from "./strings";

export type Permission = "default" | "granted" | "denied" | "unsupported";

const MUTED = "teller:console:muted";

export function permission(): Permission {
  return "Notification" in window ? Notification.permission : "unsupported";
}

export function muted(): boolean {
  return localStorage.getItem(MUTED) !== null;
}

export function setMuted(value: boolean): void {
  if (value) localStorage.setItem(MUTED, "1");
  else localStorage.removeItem(MUTED);
}

export async function askPermission(): Promise<Permission> {
  return "Notification" in window ? Notification.requestPermission() : "unsupported";
}

/** A desktop notification about somebody who now waits, unless the console is being looked at. */
export function announce(item: ConversationItem, open: () => void): void {
  if (permission() !== "granted" || muted() || document.visibilityState === "visible") return;
  try {
    const notification = new Notification(strings.notificationTitle(contactName(item.contact)), {
      body: item.summary || plainText(item.last_message?.text ?? ""),
      tag: item.id,
    });
    notification.onclick = () => {
      window.focus();
      open();
      notification.close();
    };
  } catch {
    // Android allows notifications from service workers only; the title's count remains
  }
}

export function showCount(waiting: number): void {
  document.title = waiting ? `(${waiting}) Teller console` : "Teller console";
}
