// Brand colours arrive as any hex value; text on and in them must keep a contrast of 4.5:1 (WCAG 2.2, 1.4.3).

type Rgb = [number, number, number];

export function parseHex(value: string | undefined): Rgb | null {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((value ?? "").trim());
  if (!match) return null;
  let hex = match[1] ?? "";
  if (hex.length === 3) hex = [...hex].map((digit) => digit + digit).join("");
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

export function toHex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance as WCAG defines it, 0 to 1. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(first: Rgb, second: Rgb): number {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function mix(color: Rgb, other: Rgb, share: number): Rgb {
  return color.map((part, at) => part + ((other[at] ?? 0) - part) * share) as Rgb;
}

/** Black or white, whichever reads better on `color`. */
export function textOn(color: Rgb): string {
  return contrast(color, [255, 255, 255]) >= contrast(color, [17, 19, 24]) ? "#ffffff" : "#111318";
}

/** `color` moved towards white or black until it reads on `surface`. */
export function readableOn(color: Rgb, surface: Rgb): string {
  const target: Rgb = luminance(surface) > 0.4 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share <= 1; share += 0.05) {
    const candidate = mix(color, target, share);
    if (contrast(candidate, surface) >= 4.6) return toHex(candidate);
  }
  return toHex(target);
}
