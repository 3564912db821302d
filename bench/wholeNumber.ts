/** An option's value as a number of 1 or more; ends the process with a sentence where it is none. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  console.error(`--${option}: expected a whole number of 1 or more, got "${text}".`);
  process.exit(2);
}
