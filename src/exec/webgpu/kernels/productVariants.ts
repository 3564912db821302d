/**
 * The ways to divide a matrix product among threads, as parameters. `productCode.ts` writes a kernel for each, and `tuning.ts`
 * measures which is the fastest. This file also chooses the default without a measurement.
 */

interface Division {
  readonly name: string;
  /** The rows and columns of the result that one thread holds in registers; multiples of 4. */
  readonly rows: number;
  readonly columns: number;
  /** The threads in each direction that compute a tile together. */
  readonly down: number;
  readonly across: number;
}

/** Each thread reads both factors directly from memory, independent of the others. */
export type RegisterVariant = Division & { readonly sharing: "none" };

/** A workgroup loads tiles of both factors into workgroup memory, `depth` terms at a time. */
export type WorkgroupVariant = Division & { readonly sharing: "workgroup"; readonly depth: number };

/** A workgroup is one subgroup that shares its rows: each lane loads a part of them and broadcasts it to the others. */
export type SubgroupVariant = Division & { readonly sharing: "subgroup" };

export type ProductVariant = RegisterVariant | WorkgroupVariant | SubgroupVariant;

/** The rows and columns of the result that are computed together. */
export function tileOf(variant: ProductVariant): readonly [rows: number, columns: number] {
  return [variant.rows * variant.down, variant.columns * variant.across];
}

/** The number of threads that compute one tile. */
export function threadsOf({ down, across }: ProductVariant): number {
  return down * across;
}

/** The properties of an adapter that determine which variants it can run, and which is the default. */
export interface AdapterKind {
  readonly isSoftware: boolean;
  /** Lanes of every subgroup; undefined when subgroups differ or do not exist. */
  readonly subgroupLanes: number | undefined;
}

export function adapterKind(device: GPUDevice, isSoftware: boolean): AdapterKind {
  // Browsers without subgroups leave out the sizes, and older browsers the whole object.
  const info = device.adapterInfo as Partial<GPUAdapterInfo> | undefined;
  const lanes = info?.subgroupMinSize;
  const isUniform = device.features.has("subgroups") && lanes === info?.subgroupMaxSize;
  return { isSoftware, subgroupLanes: isUniform ? lanes : undefined };
}

/** This variant uses only registers. It runs everywhere, and wastes no threads on small results. */
export const REGISTERS_4X8: RegisterVariant = {
  name: "registers 4x8",
  sharing: "none",
  rows: 4,
  columns: 8,
  down: 1,
  across: 1,
};

function workgroup(
  name: string,
  [rows, columns]: readonly [number, number],
  [down, across]: readonly [number, number],
): WorkgroupVariant {
  return {
    name: `workgroup ${name}`,
    sharing: "workgroup",
    rows,
    columns,
    down,
    across,
    depth: 16,
  };
}

/** 64 threads load 8 KB for 65,536 multiplications: 16 for each number that is read from memory. */
const WORKGROUP_64X64 = workgroup("64x64", [8, 8], [8, 8]);
/** The same tile with more threads and fewer registers each. */
const WORKGROUP_64X64_WIDE = workgroup("64x64, 256 threads", [4, 4], [16, 16]);
const WORKGROUP_128X64 = workgroup("128x64", [8, 8], [16, 8]);
/** For results that would have few larger tiles. */
const WORKGROUP_32X32 = workgroup("32x32", [4, 4], [8, 8]);

/**
 * Only subgroup sizes that fit: the size must divide a round's groups of four, and the round must divide the parts of a sum.
 */
function subgroupVariants(lanes: number | undefined): readonly SubgroupVariant[] {
  if (lanes === undefined || ![4, 8, 16, 32, 64].includes(lanes)) return [];
  const counts = [4, 8, 16].filter((count) => lanes <= 4 * count);
  return counts.map((rows) => {
    const held = { rows, columns: 4, down: 1, across: lanes };
    return { name: `subgroup ${rows}x4`, sharing: "subgroup", ...held };
  });
}

/** Lists all variants that run on an adapter, each once. */
export function productVariants({ subgroupLanes }: AdapterKind): readonly ProductVariant[] {
  return [
    REGISTERS_4X8,
    WORKGROUP_64X64,
    WORKGROUP_64X64_WIDE,
    WORKGROUP_128X64,
    WORKGROUP_32X32,
    ...subgroupVariants(subgroupLanes),
  ];
}

/** The rows and columns of the result, and the terms of each sum. */
export interface ProductSize {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** The product's kernel stem and size, which identify it for the tuner. */
export interface NamedProduct extends ProductSize {
  readonly name: string;
}

/** With fewer tiles of 64x64 than this, a graphics card has idle cores. */
const ENOUGH_TILES = 64;

/**
 * The number of rows that a subgroup shares, by kernel. It is high in pointwise convolutions, which are most of a step and
 * compile fast, because their factors are stored row by row. It is low in dense layers, which are a tiny part of a step.
 */
const ROWS: ReadonlyMap<string, number> = new Map([
  ["conv2d", 16],
  ["conv2dInputGradient", 16],
  ["conv2dFilterGradient", 16],
  ["dense", 4],
  ["denseInputGradient", 4],
  ["denseKernelGradient", 4],
]);
const OTHER_ROWS = 8;

/**
 * Returns the default variant without a measurement.
 *
 * A software adapter runs a subgroup as one vector. Each load and each barrier is expensive there, and registers are not. Tiles
 * in workgroup memory take 2 to 4 times as long as `registers 4x8`, and rows shared by a subgroup two thirds. More rows save
 * loads and take longer to compile, which pays off for the most work. On a graphics card memory is the limit: a larger tile
 * needs fewer loads, as long as there are tiles for all cores.
 */
export function usualVariant(
  { name, m, n }: NamedProduct,
  { isSoftware, subgroupLanes }: AdapterKind,
): ProductVariant {
  if (isSoftware) {
    const wanted = ROWS.get(name) ?? OTHER_ROWS;
    const variant = subgroupVariants(subgroupLanes).find(({ rows }) => rows >= wanted);
    const wastesLanes = variant !== undefined && 2 * n <= tileOf(variant)[1];
    return variant === undefined || wastesLanes ? REGISTERS_4X8 : variant;
  }
  if (n < 32 || m < 32) return REGISTERS_4X8;
  const tiles = Math.ceil(m / 64) * Math.ceil(n / 64);
  return tiles < ENOUGH_TILES ? WORKGROUP_32X32 : WORKGROUP_64X64;
}
