/**
 * Dropout. The mask is a function of run seed, layer, step and element index alone. So it needs no state and is not stored for
 * the backward pass, and it is the same in every executor and after a pause.
 */
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitDropoutLayer(tape: Tape, layer: LayerOf<"Dropout">, x: Value): Value {
  if (!tape.training || layer.rate === 0) return x;
  const attributes = { rate: layer.rate, seed: nameHash(`${tape.seed}/${layer.name}`) };
  const { step } = tape.inputs;
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({
    op: "dropout",
    inputs: { x: x.buffer, step },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "dropoutGradient",
      inputs: { dy, step },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}

/**
 * Computes 32 random bits for one element in one step. They are part of the operation's meaning, so every executor computes the
 * same bits. The hash is three rounds of lowbias32 (Wellons 2018, "Prospecting for hash functions"), in integers modulo 2^32.
 *
 * @param place index into the flattened tensor.
 */
export function dropoutBits(seed: number, step: number, place: number): number {
  return mix((mix((mix(seed) + step) >>> 0) + place) >>> 0);
}

function mix(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The FNV-1a hash over UTF-16 code units. */
function nameHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
