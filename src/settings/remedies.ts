/**
 * What to do about an error, by the names of controls that are there: a control is named only where it does something beside
 * the other settings. The terminal knows the same settings as `--set key=value` and says so beside the words.
 */
import { applies } from "./applies.ts";
import { FIELDS, SETTING_KEYS } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

export interface Advice {
  readonly verb: "raise" | "lower" | "set";
  readonly key: SettingKey;
  /** `32 or less`, after "to". */
  readonly to?: string;
}

/** `Lower Batch size to 6 or less, or raise Training images.`; `otherwise` where no control is there. */
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

/** The settings whose controls a message names, in the order of the table. */
export function settingsNamedIn(message: string): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => {
    const { label } = FIELDS[key];
    const place = message.indexOf(label);
    // "Width" of "Width multiplier" is another word.
    return place >= 0 && !/\w/.test(message.charAt(place + label.length));
  });
}
