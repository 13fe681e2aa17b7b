import type { PanelStrings } from "../locale/en";

/** An expected wait in words. Rounded up to whole minutes: an honest estimate has no seconds. */
/** What has been promised to everybody, for when nobody is there to say more. */
export function promiseText(seconds: number | undefined, strings: PanelStrings): string {
  return seconds ? strings.waitWithin(Math.max(1, Math.round(seconds / 3600))) : strings.queueUnknown;
}

export function waitText(range: [number, number] | null, strings: PanelStrings): string {
  if (!range) return strings.queueUnknown;
  const [low, high] = [Math.min(...range), Math.max(...range)];
  if (high < 60) return strings.waitUnderMinute;
  if (high < 90 * 60) return strings.waitMinutes(Math.max(1, Math.floor(low / 60)), Math.ceil(high / 60));
  return strings.waitHours(Math.max(1, Math.floor(low / 3600)), Math.ceil(high / 3600));
}
