/** Pads a map with zeros. The backward step removes the padding. */
import type { LayerOf } from "../../network/graph.ts";
import { mapInput } from "../../network/layers/window.ts";
import type { Dimension, Signature } from "../signature.ts";
import type { Tape, Value } from "../tape.ts";

export function emitZeroPad2dLayer(tape: Tape, layer: LayerOf<"ZeroPadding2D">, x: Value): Value {
  const [numImages = 0, ...map] = x.shape;
  const [height, width, channels] = mapInput(tape.layer, [map]);
  const [[top, bottom], [left, right]] = layer.padding;
  const attributes = { padding: [top, left] } as const;
  const y = tape.activation([numImages, top + height + bottom, left + width + right, channels], {
    inputs: [x],
  });
  tape.step({ op: "zeroPad2d", inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "zeroPad2dGradient",
      inputs: { dy },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}

export const zeroPad2d: Signature<"zeroPad2d"> = {
  patterns: { x: "N H W C", y: "N P Q C" },
  check,
};
export const zeroPad2dGradient: Signature<"zeroPad2dGradient"> = {
  patterns: { dy: "N P Q C", dx: "N H W C" },
  check,
};

function check(
  dimension: Dimension,
  { padding: [top, left] }: { readonly padding: readonly [number, number] },
): string | undefined {
  const fits =
    top >= 0 &&
    left >= 0 &&
    dimension("H") + top <= dimension("P") &&
    dimension("W") + left <= dimension("Q");
  return fits ? undefined : "the padded map does not hold the map";
}
