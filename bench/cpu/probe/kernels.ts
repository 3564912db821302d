/**
 * AssemblyScript kernels that measure the processor's limits through WebAssembly, for the roofline. `compileProbe.ts` compiles
 * them; they are never part of the engine.
 */

/** Of `multiplyAdd`: twelve registers of four lanes, two operations each. */
export const FLOPS_PER_ROUND: i32 = 96;

/**
 * Twelve independent chains of fused multiply-adds, which are enough to hide their latency. The returned sum prevents the
 * compiler from removing them.
 */
export function multiplyAdd(rounds: i32): f32 {
  const factor = f32x4.splat(0.999999);
  const term = f32x4.splat(0.000001);
  let a = f32x4.splat(0.01);
  let b = f32x4.splat(0.02);
  let c = f32x4.splat(0.03);
  let d = f32x4.splat(0.04);
  let e = f32x4.splat(0.05);
  let f = f32x4.splat(0.06);
  let g = f32x4.splat(0.07);
  let h = f32x4.splat(0.08);
  let i = f32x4.splat(0.09);
  let j = f32x4.splat(0.1);
  let k = f32x4.splat(0.11);
  let l = f32x4.splat(0.12);
  for (let round = 0; round < rounds; round += 1) {
    a = f32x4.relaxed_madd(a, factor, term);
    b = f32x4.relaxed_madd(b, factor, term);
    c = f32x4.relaxed_madd(c, factor, term);
    d = f32x4.relaxed_madd(d, factor, term);
    e = f32x4.relaxed_madd(e, factor, term);
    f = f32x4.relaxed_madd(f, factor, term);
    g = f32x4.relaxed_madd(g, factor, term);
    h = f32x4.relaxed_madd(h, factor, term);
    i = f32x4.relaxed_madd(i, factor, term);
    j = f32x4.relaxed_madd(j, factor, term);
    k = f32x4.relaxed_madd(k, factor, term);
    l = f32x4.relaxed_madd(l, factor, term);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const high = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

/** Copies `numBytes` from `source` to `target`, `rounds` times. */
export function copy(target: usize, source: usize, numBytes: usize, rounds: i32): void {
  for (let round = 0; round < rounds; round += 1) memory.copy(target, source, numBytes);
}
