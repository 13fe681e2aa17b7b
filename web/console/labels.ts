import { strings } from "./strings";

// Abbreviations that stay capital when a slug is read out.
const CAPITALS: Record<string, string> = {
  kyc: "KYC",
  api: "API",
  apy: "APY",
  apr: "APR",
  vip: "VIP",
  oos: "Out of scope:",
  sms: "SMS",
  "2fa": "2FA",
};

/** A slug as words: `withdraw_limits_fees` is "Withdraw limits fees". */
export function words(slug: string): string {
  const text = slug
    .split(/[_-]+/)
    .map((word) => CAPITALS[word] ?? word)
    .join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function reasonLabel(reason: string): string {
  return strings.reasons[reason] ?? words(reason);
}

export function percent(value: number): string {
  // "100 %" is kept for certainty itself
  const whole = value >= 1 ? 100 : Math.min(99, Math.round(value * 100));
  return `${whole} %`;
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const first = [...(parts[0] ?? "")][0] ?? "";
  const last = parts.length > 1 ? ([...(parts[parts.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

export function contactName(contact: { id: string; name: string | null }): string {
  return contact.name || `Visitor ${contact.id.slice(0, 4)}`;
}

const LANGUAGES = typeof Intl.DisplayNames === "function" ? new Intl.DisplayNames(["en"], { type: "language" }) : null;

export function languageName(code: string): string {
  try {
    return LANGUAGES?.of(code) ?? code;
  } catch {
    return code;
  }
}
