/** Writes a ratio with three significant digits: `0.0439`, `1`, `17.4`. */
export function ratioText(ratio: number): string {
  if (!Number.isFinite(ratio)) return "–";
  const text = ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3);
  return text.includes(".") ? text.replace(/[.]?0+$/, "") : text;
}
