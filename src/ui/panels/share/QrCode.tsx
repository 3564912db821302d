/** Draws a text as a QR code: dark modules on white with the quiet zone that readers need, also in the dark theme. */
import { useMemo } from "react";
import { qrPath } from "./qrPath.ts";

export function QrCode({ text }: { readonly text: string }) {
  const code = useMemo(() => qrPath(text), [text]);
  if (code === null)
    return (
      <p className="share-words">
        The link is too long for a QR code. Copy it, or lock and change fewer controls.
      </p>
    );
  return (
    <svg
      className="qr-code"
      role="img"
      aria-label="QR code of the link"
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#ffffff" />
      <path d={code.path} fill="#000000" />
    </svg>
  );
}
