/** Checks whether any value of some tensors is infinite or NaN. Each thread checks four values. */
import { type Dispatch, stored, type Tensor } from "../dispatch.ts";
import { dispatchOf } from "../shader.ts";
import { segmentOf, segmentTable } from "./segments.ts";

/** A range of the numbers of a storage. */
export interface CheckedTensor {
  readonly tensor: Tensor;
  readonly count: number;
}

/** For each tensor: its first thread, its offset in units of four numbers, and its number of values. */
export function checkedTable(tensors: readonly CheckedTensor[]): readonly number[] {
  return segmentTable(
    tensors.map(({ tensor, count }) => {
      return { threads: Math.ceil(count / 4), numbers: [tensor.base / 4, count] };
    }),
  );
}

/**
 * Sets `found` to 1.0 when there is such a value, and otherwise leaves it unchanged.
 *
 * @param tensors of one storage. A tensor's padding may hold any values, so its end must be known.
 * @param table where the caller stores `checkedTable`.
 */
export function findNotFinite(
  name: string,
  tensors: readonly CheckedTensor[],
  table: Tensor,
  found: Tensor,
): Dispatch {
  return dispatchOf({
    name,
    width: 4,
    reads: {
      number: stored({ storage: tensors[0]?.tensor.storage ?? "", base: 0 }),
      table: stored(table, { type: "u32", width: 1 }),
    },
    writes: { found: { tensor: found, type: "atomic", width: 1 } },
    numbers: { entries: tensors.length },
    body: `${segmentOf(3)}
        let value = number_at(table_at(entry + 1u, 0u) + at, 0u);
        let inside = vec4<u32>(0u, 1u, 2u, 3u) + vec4<u32>(4u * at) < vec4<u32>(table_at(entry + 2u, 0u));
        // By the bits of the exponent, since compilers may take for granted that no number is infinite.
        let size = bitcast<vec4<u32>>(value) & vec4<u32>(0x7fffffffu);
        if (any(inside & (size >= vec4<u32>(0x7f800000u)))) { found_set(0u, bitcast<u32>(1.0)); }`,
    threads: tensors.reduce((total, { count }) => total + Math.ceil(count / 4), 0),
  });
}
