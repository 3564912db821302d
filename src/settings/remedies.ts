/**
 * Writes remedies of errors with the names of existing controls. A control is named only when it has an effect with the other
 * settings. The terminal adds `--set key=value` for the same settings.
 */
import { applies } from "./applies.ts";
import { FIELDS, SETTING_KEYS } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

export interface Advice {
  readonly verb: "raise" | "lower" | "set";
  readonly key: SettingKey;
  /** Follows "to": `32 or less`. */
  readonly to?: string;
}

/** Writes `Lower Batch size to 6 or less, or raise Training images.`, or `otherwise` when no such control exists. */
export function remedyOf(
  settings: Settings,
  advice: readonly Advice[],
  otherwise = "Choose another recipe.",
): string {
  const parts = advice
    .filter(({ key }) => applies(key, settings))
    .map(
      ({ verb, key, to }) => `${verb} ${FIELDS[key].label}${to === undefined ? "" : ` to ${to}`}`,
    );
  if (parts.length === 0) return otherwise;
  const text = parts.join(", or ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Returns the settings whose controls a message names, in the order of the table. */
export function settingsNamedIn(message: string): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => {
    const { label } = FIELDS[key];
    const place = message.indexOf(label);
    // The word must end here: "Width" also occurs in "Width multiplier".
    return place >= 0 && !/\w/.test(message.charAt(place + label.length));
  });
}
