/** A QR code as the path of an SVG, with one rectangle for each horizontal run of dark modules. */
import { encodeQR } from "qr";

export interface QrPath {
  /** Modules along a side, with the quiet zone. */
  readonly size: number;
  readonly path: string;
}

/** The standard asks for this many light modules around a code. */
const QUIET_ZONE = 4;
/** The largest code holds this many bytes with medium error correction. */
const MAX_BYTES = 2331;

/** `null` for a text that no QR code can hold. */
export function qrPath(text: string): QrPath | null {
  if (new TextEncoder().encode(text).length > MAX_BYTES) return null;
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  return { size: rows.length, path: rows.map(rowPath).join("") };
}

function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue;
    const start = x;
    while (row[x] === true) x += 1;
    path += `M${start} ${y}h${x - start}v1h${start - x}z`;
  }
  return path;
}
