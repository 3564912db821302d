/** Arithmetic on `#rrggbb` colours, for areas whose shade shows a number. Pure functions. */

type Channels = readonly [red: number, green: number, blue: number];

/** Mixes `share` of the colour `over` with the rest of `under`. For notations other than hexadecimal it returns `over`. */
export function mix(under: string, over: string, share: number): string {
  const [below, above] = [channelsOf(under), channelsOf(over)];
  if (below === undefined || above === undefined) return over;
  const mixed = above.map((channel, index) => {
    const start = below[index] ?? channel;
    return Math.round(start + (channel - start) * share);
  });
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Returns the share of `full` over `empty` from which text in `onFull` is more readable than text in `onEmpty`; above 1 when it
 * never is.
 */
export function textSwitch(
  [empty, full]: readonly [string, string],
  onEmpty: string,
  onFull: string,
): number {
  for (let percent = 0; percent <= 100; percent += 1) {
    const field = mix(empty, full, percent / 100);
    if (contrast(onFull, field) > contrast(onEmpty, field)) return percent / 100;
  }
  return 2;
}

/** Computes the contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Computes the relative luminance of WCAG 2.2, in `[0, 1]`. */
function luminance(color: string): number {
  const [red, green, blue] = (channelsOf(color) ?? [0, 0, 0]).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function channelsOf(color: string): Channels | undefined {
  const digits = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(color)?.[1];
  if (digits === undefined) return undefined;
  const pairs =
    digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  const [red, green, blue] = (pairs ?? []).map((pair) => Number.parseInt(pair, 16));
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue];
}
