/** Error messages name the page's controls. The terminal adds its own way to set the same. */
import { FIELDS } from "../settings/fields.ts";
import { settingsNamedIn } from "../settings/remedies.ts";

/** @param message `where: rule; expected X, got Y. Remedy.` */
export function forTerminal(message: string): string {
  const advice = message.slice(message.lastIndexOf(". ", message.length - 2) + 1);
  const named = settingsNamedIn(advice);
  if (named.length === 0) return message;
  const options = named.map((key) => `--set ${key}=VALUE (${FIELDS[key].label})`);
  return `${message}\nHere: ${options.join(", ")}.`;
}
