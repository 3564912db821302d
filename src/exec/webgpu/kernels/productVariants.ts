/**
 * The ways in which a product of matrices can be divided over threads, as parameters: `productCode.ts` writes a kernel from
 * any of them, `tuning.ts` measures which is the fastest. Here also stands which one is taken unmeasured, and why.
 */

interface Held {
  readonly name: string;
  /** Rows and columns of the result that one thread holds in registers; multiples of 4. */
  readonly rows: number;
  readonly columns: number;
}

/** Each thread reads both factors straight from memory and knows nothing of the others. */
export type RegisterVariant = Held & { readonly sharing: "none" };

/** A workgroup brings tiles of both factors into its memory, `depth` terms at a time. */
export type WorkgroupVariant = Held & {
  readonly sharing: "workgroup";
  /** Its threads. */
  readonly down: number;
  readonly across: number;
  readonly depth: number;
};

/** A workgroup is one subgroup that shares its rows: each lane loads a part of them and speaks it to the others. */
export type SubgroupVariant = Held & { readonly sharing: "subgroup"; readonly lanes: number };

export type ProductVariant = RegisterVariant | WorkgroupVariant | SubgroupVariant;

/** Rows and columns of the result that are computed together. */
export function tileOf(variant: ProductVariant): readonly [rows: number, columns: number] {
  const { rows, columns } = variant;
  switch (variant.sharing) {
    case "none":
      return [rows, columns];
    case "workgroup":
      return [rows * variant.down, columns * variant.across];
    case "subgroup":
      return [rows, columns * variant.lanes];
  }
}

/** Threads that compute one tile. */
export function threadsOf(variant: ProductVariant): number {
  switch (variant.sharing) {
    case "none":
      return 1;
    case "workgroup":
      return variant.down * variant.across;
    case "subgroup":
      return variant.lanes;
  }
}

/** What of an adapter decides which variants it runs, and which suits it unmeasured. */
export interface AdapterKind {
  readonly isSoftware: boolean;
  /** Lanes of every subgroup; undefined where they differ or there are none. */
  readonly subgroupLanes: number | undefined;
}

export function adapterKind(device: GPUDevice, isSoftware: boolean): AdapterKind {
  // Browsers without subgroups leave the sizes out, older ones the whole.
  const info = device.adapterInfo as Partial<GPUAdapterInfo> | undefined;
  const lanes = info?.subgroupMinSize;
  const isUniform = device.features.has("subgroups") && lanes === info?.subgroupMaxSize;
  return { isSoftware, subgroupLanes: isUniform ? lanes : undefined };
}

/** Needs nothing but registers. Runs everywhere, and wastes no threads on small results. */
export const REGISTERS_4X8: RegisterVariant = {
  name: "registers 4x8",
  sharing: "none",
  rows: 4,
  columns: 8,
};

/** 64 threads bring in 8 KB for 65,536 multiplications: 16 of them for each number that is read from memory. */
const WORKGROUP_64X64: WorkgroupVariant = {
  name: "workgroup 64x64",
  sharing: "workgroup",
  rows: 8,
  columns: 8,
  down: 8,
  across: 8,
  depth: 16,
};

/** The same tile by more threads with fewer registers each. */
const WORKGROUP_64X64_WIDE: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 64x64, 256 threads",
  rows: 4,
  columns: 4,
  down: 16,
  across: 16,
};

const WORKGROUP_128X64: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 128x64",
  down: 16,
};

/** For results that give few tiles. */
const WORKGROUP_32X32: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 32x32",
  rows: 4,
  columns: 4,
};

/** Of subgroups for which a round of terms comes out even: their size divides its fours, and it the parts of a sum. */
function subgroupVariants(lanes: number | undefined): readonly SubgroupVariant[] {
  if (lanes === undefined || ![4, 8, 16, 32, 64].includes(lanes)) return [];
  const rows = [4, 8, 16].filter((count) => lanes <= 4 * count);
  return rows.map((count) => ({
    name: `subgroup ${count}x4`,
    sharing: "subgroup",
    rows: count,
    columns: 4,
    lanes,
  }));
}

/** All that run on an adapter, each once. */
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

/** Rows and columns of the result, terms of each sum. */
export interface ProductSize {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** By its kernel's stem and its size: what a tuner knows it by. */
export interface NamedProduct extends ProductSize {
  readonly name: string;
}

/** Tiles of 64x64 below which a graphics card has idle cores. */
const ENOUGH_TILES = 64;

/**
 * Rows that a subgroup shares, by the kernel: many in pointwise convolutions, which are most of a step and quick to compile,
 * as their factors lie in memory row by row; few in dense layers, which are next to nothing of it.
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
 * The variant that is taken unmeasured.
 *
 * A software adapter runs a subgroup as one vector and pays for each load and each barrier, not for registers: tiles in
 * workgroup memory take it 2 to 4 times as long as `registers 4x8`, and rows shared by a subgroup two thirds. More rows save
 * loads and take longer to compile, which is worth it where the work is. On a graphics card memory decides:
 * the larger the tile, the fewer loads, as long as there are tiles for all cores.
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
