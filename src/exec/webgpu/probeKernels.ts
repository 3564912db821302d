/**
 * Runs the products, depthwise convolutions and sums of a program as they will run, at their real sizes, and compares single
 * values of each with float64. Some drivers compute wrong results with workgroup memory or subgroups. A formula that the
 * processor also knows fills the tensors that a kernel reads, so that only the samples are copied from the device. Afterwards
 * the program's memory is zero.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { fromHalf } from "../../core/halfFloat.ts";
import { randomStream } from "../../core/random.ts";
import type { BoundProgram } from "./boundProgram.ts";
import type { BoundList, ComputeDevice } from "./computeDevice.ts";
import { storageOf } from "./deviceMemory.ts";
import { type Dispatch, type SampledResult, stored, type Tensor } from "./dispatch.ts";
import type { PlacedDispatch } from "./programLowering.ts";
import { dispatchOf } from "./shader.ts";

/** The number of samples of each result, including corners and edges. */
const NUM_SAMPLES = 256;
/**
 * The approximate number of multiply-accumulates that the processor computes for the samples of a result. Long sums get fewer
 * samples.
 */
const MOST_TERMS = 2 ** 19;
const LONGEST_MS = 1000;
/**
 * The rounding error that float32 may cause in a sum, relative to the sizes of its terms, and the error of storing in 16 bits.
 */
const [LOST, LOST_IN_HALF] = [2 ** -21, 2 ** -10];

/** The indices of the samples, and their values. All results use the same two buffers, one after the other. */
const PLACES: Tensor = { storage: "probe places", base: 0 };
const GATHERED: Tensor = { storage: "probe", base: 0 };

/** How much the probe finished in its time. */
export interface ProbedKernels {
  readonly numProbed: number;
  readonly numResults: number;
}

/** The parts of a bound training program that the probe uses. */
export type ProbedProgram = Pick<BoundProgram, "dispatches" | "storages" | "buffers" | "bound">;

interface Candidate {
  readonly dispatch: PlacedDispatch;
  readonly bound: BoundList;
  readonly results: readonly SampledResult[];
}

/**
 * Probes each kernel and variant once, in its cheapest dispatch, and then the other dispatches, until a second has passed.
 *
 * @throws PlaygroundError `engine.unavailable` with the kernel, its layer and its variant
 */
export async function probeKernels(
  program: ProbedProgram,
  compute: ComputeDevice,
  now: () => number = () => performance.now(),
): Promise<ProbedKernels> {
  const candidates = inOrder(candidatesOf(program));
  const filled = new Map<string, string>();
  const own = await compute.memory.allocate(
    new Map([GATHERED, PLACES].map(({ storage }) => [storage, NUM_SAMPLES])),
  );
  const withOwn = { ...program, buffers: new Map([...program.buffers, ...own]) };
  const started = now();
  let numProbed = 0;
  for (const candidate of candidates) {
    if (numProbed > 0 && now() - started >= LONGEST_MS) break;
    await probeOne(candidate, withOwn, compute, filled);
    numProbed += candidate.results.length;
  }
  compute.clear([...filled.keys()].map((storage) => storageOf(program.buffers, storage)));
  return { numProbed, numResults: candidates.flatMap(({ results }) => results).length };
}

function candidatesOf({ dispatches, bound }: ProbedProgram): readonly Candidate[] {
  return [...bound].flatMap(([phase, list]) =>
    dispatches
      .filter((dispatch) => dispatch.phase === phase)
      .map((dispatch, index) => {
        const { sampled: results = [] } = dispatch;
        return { dispatch, bound: list.slice(index, index + 1), results };
      })
      .filter(({ results }) => results.length > 0),
  );
}

function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  const workOf = ({ results }: Candidate) =>
    results.reduce((total, { rows, columns, terms }) => total + rows * columns * terms, 0);
  const byWork = candidates.toSorted((a, b) => workOf(a) - workOf(b));
  const isLightest = (candidate: Candidate) =>
    byWork.find(({ dispatch }) => dispatch.code === candidate.dispatch.code) === candidate;
  return [...byWork.filter(isLightest), ...byWork.filter((candidate) => !isLightest(candidate))];
}

/** Runs the dispatch once and then compares each of its results. */
async function probeOne(
  { dispatch, bound, results }: Candidate,
  { buffers, storages }: Pick<ProbedProgram, "buffers" | "storages">,
  compute: ComputeDevice,
  filled: Map<string, string>,
): Promise<void> {
  const fills = dispatch.reads.filter(({ storage, halfOverflow }) => {
    const kind = halfOverflow === undefined ? "f32" : "f16";
    const isNew = filled.get(storage) !== kind;
    filled.set(storage, kind);
    return isNew;
  });
  const label = `${dispatch.label}, probe`;
  const bind = (made: readonly Dispatch[]) =>
    compute.bind(
      made.map((helper) => ({ ...helper, label })),
      buffers,
    );
  compute.run(
    await bind(fills.map((tensor) => fillDispatch(tensor, storages.get(tensor.storage) ?? 0))),
    bound,
  );
  for (const { storage, access } of dispatch.bindings)
    if (access === "write") filled.set(storage, "a result");
  for (const sampled of results) {
    const { target } = sampled;
    const samples = samplesOf(sampled, dispatch);
    const words = Uint32Array.from(samples, ({ at }) => wordOf(target, at));
    compute.write(storageOf(buffers, PLACES.storage), words);
    compute.run(await bind([gatherDispatch(target, samples.length)]));
    const bytes = await compute.read(storageOf(buffers, GATHERED.storage), 4 * samples.length);
    const view = new DataView(bytes);
    samples.forEach(({ at, value, size }, index) => {
      const got = numberIn(view, index, target, at);
      const lost =
        target.halfOverflow === undefined ? 0 : LOST_IN_HALF * Math.abs(value) + 2 ** -24;
      const allowed = LOST * Math.max(size, 1) + lost;
      if (!(Math.abs(got - value) <= allowed))
        throw wrongKernel(dispatch, compute, { got, value, allowed });
    });
  }
}

/** The index of the word of a storage that contains the number. */
function wordOf({ base, halfOverflow }: Tensor, at: number): number {
  return halfOverflow === undefined ? base + at : Math.floor((base + at) / 2);
}

/** The number `at` of a tensor, from its word in a view of gathered words. */
function numberIn(view: DataView, index: number, { base, halfOverflow }: Tensor, at: number) {
  if (halfOverflow === undefined) return view.getFloat32(4 * index, true);
  return fromHalf(halfOfWord(view.getUint32(4 * index, true), base + at));
}

function halfOfWord(word: number, place: number): number {
  return place % 2 === 0 ? word & 0xffff : word >>> 16;
}

/** Chooses corners first, then edges and random positions; the same ones each time. */
function samplesOf(sampled: SampledResult, { label }: PlacedDispatch) {
  const { rows, columns, terms } = sampled;
  const random = randomStream(1, `probe ${label}`);
  const wanted = Math.max(16, Math.min(NUM_SAMPLES, Math.floor(MOST_TERMS / terms)));
  const ends = (count: number) => [0, count - 1];
  const places = ends(rows).flatMap((row) => ends(columns).map((column) => [row, column] as const));
  while (places.length < wanted) {
    const [row, column] = [random.nextInteger(rows), random.nextInteger(columns)];
    const edge = places.length % 8;
    places.push([
      edge === 0 ? 0 : edge === 1 ? rows - 1 : row,
      edge === 2 ? 0 : edge === 3 ? columns - 1 : column,
    ]);
  }
  return places.flatMap(([row, column]) => sampled.sample(row, column, numberAt) ?? []);
}

/** Returns the number that `fillDispatch` stores there. */
function numberAt({ base, halfOverflow }: Tensor, at: number): number {
  const place = base + at;
  if (halfOverflow === undefined) return (hashOf(place) >>> 8) * 2 ** -23 - 1;
  const word = hashOf(Math.floor(place / 2));
  return fromHalf(halfBits(halfOfWord(word, place)));
}

/** Returns a number between 0.5 and 1 or between -1 and -0.5. */
function halfBits(bits: number): number {
  return (bits & 0x83ff) | 0x3800;
}

/** The hash "lowbias32" of Chris Wellons. It uses integers only, so that the device computes the same bits. */
function hashOf(place: number): number {
  let x = place + 0x9e3779b9;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const HASH = `fn hash(place: u32) -> u32 {
  var x = place + 0x9e3779b9u;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}`;

function fillDispatch({ storage, halfOverflow }: Tensor, count: number) {
  const word =
    halfOverflow === undefined
      ? "bitcast<u32>(f32(hash(i) >> 8u) * 0x1p-23 - 1.0)"
      : "(hash(i) & 0x83ff83ffu) | 0x38003800u";
  return dispatchOf({
    name: "probe, fill",
    writes: { number: { tensor: { storage, base: 0 }, type: "u32" } },
    functions: HASH,
    body: `number_set(i, ${word});`,
    threads: count,
  });
}

function gatherDispatch(target: Tensor, count: number) {
  return dispatchOf({
    name: "probe, gather",
    reads: {
      source: stored({ storage: target.storage, base: 0 }, { type: "u32" }),
      place: stored(PLACES, { type: "u32" }),
    },
    writes: { sample: { tensor: GATHERED, type: "u32" } },
    body: "sample_set(i, source_at(place_at(i, 0u), 0u));",
    threads: count,
  });
}

function wrongKernel(
  { label, product }: PlacedDispatch,
  compute: ComputeDevice,
  { got, value, allowed }: Readonly<Record<"got" | "value" | "allowed", number>>,
): PlaygroundError {
  const variant = product && compute.productVariant(product).name;
  return new PlaygroundError({
    code: "engine.unavailable",
    where: `WebGPU compiled, on ${compute.title}`,
    rule: `its kernels must compute what float64 does, and ${[label, variant].filter(Boolean).join(" by ")} is off`,
    expected: `${value.toPrecision(6)}, up to ${allowed.toPrecision(2)}`,
    got: got.toPrecision(6),
    remedy: "Choose CPU compiled, which computes rightly; a newer browser or driver may help.",
    context: {
      engine: "webgpu",
      setting: "engine",
      what: label,
      ...(variant !== undefined && { variant }),
    },
  });
}
