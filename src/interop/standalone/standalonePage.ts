/** Writes a page that classifies pictures by itself: the built template with a network in it. */
import { joinBytes } from "../../core/joinArrays.ts";
import { type EmbeddedNetwork, networkText, weightsText } from "./embeddedNetwork.ts";
import { PAGE_TEMPLATE } from "./pageTemplate.js";

/** The template has these markers once each, in this order. */
const MARKERS = ["<!--title-->", "<!--network-->", "<!--weights-->"] as const;

/** @param weights keyed by path, all that the graph has. */
export function standalonePage(
  network: EmbeddedNetwork,
  weights: ReadonlyMap<string, Float32Array>,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const contents = [
    encoder.encode(network.title.replaceAll("&", "&amp;").replaceAll("<", "&lt;")),
    encoder.encode(`<script type="application/json" id="network">${networkText(network)}</script>`),
    weightsElement(weights),
  ];
  const parts: Uint8Array[] = [];
  let rest: string = PAGE_TEMPLATE;
  for (const [index, marker] of MARKERS.entries()) {
    const place = rest.indexOf(marker);
    parts.push(encoder.encode(rest.slice(0, place)), contents[index] ?? new Uint8Array());
    rest = rest.slice(place + marker.length);
  }
  parts.push(encoder.encode(rest));
  return joinBytes(parts);
}

function weightsElement(weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const encoder = new TextEncoder();
  const start = encoder.encode('<script type="text/plain" id="weights">');
  return joinBytes([start, weightsText(weights), encoder.encode("</script>")]);
}
