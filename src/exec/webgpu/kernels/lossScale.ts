/**
 * Loss scaling, on the device alone. Small gradients vanish in 16 bits, so the gradient of the loss is multiplied by a power of
 * two, which clipping and the optimiser divide out again. If a gradient of a weight is infinite or NaN, the step updates no
 * weight and the scale is halved. After `GROW_AFTER` good steps it is doubled (Micikevicius et al. 2018, "Mixed precision
 * training"; the numbers are those of Keras' `LossScaleOptimizer`).
 */
import { type Dispatch, stored, type Tensor } from "../dispatch.ts";
import { dispatchOf } from "../shader.ts";
import { type CheckedTensor, findNotFinite } from "./findNotFinite.ts";

/** The scale at the start of the next step. Each entry is read as `NAME_at(PLACE, 0u)`. */
export const SCALE = "0u";
/** One divided by the scale of this step; 0 when the step updates nothing. */
export const UNSCALE = "1u";
/** The number of steps so far that updated nothing. */
export const SKIPPED = "3u";

/** Five numbers: scale, its inverse, good steps since the last change, skipped steps, whether a gradient overflowed. */
export const LOSS_SCALE: Tensor = { storage: "loss scale", base: 0 };
const OVERFLOWED: Tensor = { ...LOSS_SCALE, base: 4 };
export const LOSS_SCALE_NUMBERS = 5;
const INITIAL_LOSS_SCALE = 2 ** 15;
const GROW_AFTER = 2000;
/** Beyond these limits the scale is not the cause of the problem. */
const [SMALLEST, LARGEST] = [2 ** -24, 2 ** 24];

export function initialLossScale(scale = INITIAL_LOSS_SCALE): readonly number[] {
  return [scale, 1 / scale, 0, 0, 0];
}

/**
 * Runs before the first dispatch that divides gradients by the scale.
 *
 * @param table where the caller stores the `checkedTable` of these gradients.
 */
export function adjustLossScale(
  gradients: readonly CheckedTensor[],
  table: Tensor,
): readonly Dispatch[] {
  if (gradients.length === 0) return [];
  return [
    findNotFinite("lossScale", gradients, table, OVERFLOWED),
    dispatchOf({
      name: "lossScale, next",
      writes: { state: { tensor: LOSS_SCALE } },
      numbers: {
        growAfter: { float: GROW_AFTER },
        smallest: { float: SMALLEST },
        largest: { float: LARGEST },
      },
      // Computes the inverse of a power of two from its exponent, because a division may round.
      body: `let scale = state_now(0u);
        let overflowed = state_now(4u) != 0.0;
        let good = select(state_now(2u) + 1.0, 0.0, overflowed);
        let grows = good >= p.growAfter;
        let next = select(select(scale, 2.0 * scale, grows), 0.5 * scale, overflowed);
        let inverse = bitcast<f32>(0x7f000000u - bitcast<u32>(scale));
        state_set(0u, clamp(next, p.smallest, p.largest));
        state_set(1u, select(inverse, 0.0, overflowed));
        state_set(2u, select(good, 0.0, grows));
        state_set(3u, state_now(3u) + select(0.0, 1.0, overflowed));
        state_set(4u, 0.0);`,
      threads: 1,
    }),
  ];
}

/** WGSL that multiplies by a number of the loss scale, read as `scaling`; empty without a loss scale. */
export function timesScaling(lossScale: Tensor | undefined, place: string): string {
  return lossScale === undefined ? "" : ` * scaling_at(${place}, 0u)`;
}

export function readScaling(lossScale: Tensor | undefined) {
  return lossScale && stored(lossScale, { width: 1 });
}
