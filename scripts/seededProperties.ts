/**
 * Runs before each file of unit tests. It gives all property tests one seed, so that a commit which passes once passes always.
 * `SEED=12345 npx vitest run FILE` tries other examples; the long trials of `npm run soak` take `--seed`.
 */
import fc from "fast-check";

const FIXED_SEED = 20_261_129;

fc.configureGlobal({ seed: Number(process.env.SEED ?? FIXED_SEED) });
