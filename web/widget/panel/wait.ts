import type { PanelStrings } from "../locale/en";

/** An expected wait in words. Rounded up to whole minutes: an honest estimate has no seconds. */
export function waitText(range: [number, number] | null, strings: PanelStrings): string {
  if (!range) return strings.queueUnknown;
  const [low, high] = [Math.min(...range), Math.max(...range)];
  if (high < 60) return strings.waitUnderMinute;
  if (high < 90 * 60) return strings.waitMinutes(Math.max(1, Math.floor(low / 60)), Math.ceil(high / 60));
  return strings.waitHours(Math.max(1, Math.floor(low / 3600)), Math.ceil(high / 3600));
}
