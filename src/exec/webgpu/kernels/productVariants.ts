/**
 * The ways in which a product of matrices can be divided over threads, as parameters: `productCode.ts` writes a kernel from
 * any of them, `tuning.ts` measures which is the fastest. Here also stands which one is taken unmeasured, and why.
 */

interface Held {
  readonly name: string;
  /** Rows and columns of the result that one thread holds in registers; multiples of 4. */
  readonly rows: number;
  readonly columns: number;
  /** Threads to divide a long sum for, until there are as many: what keeps the device busy. */
  readonly wantedThreads: number;
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

/** What of an adapter decides which variants it runs, and which suits it unmeasured. */
export interface AdapterKind {
  readonly isSoftware: boolean;
  /** Lanes of every subgroup; undefined where they differ or there are none. */
  readonly subgroupLanes: number | undefined;
}

/**
 * Needs no memory but registers and no barrier, each of which a software adapter pays for by saving all threads of a
 * workgroup: there 2 to 4 times as fast as tiles in workgroup memory.
 */
export const REGISTERS_4X8: RegisterVariant = {
  name: "registers 4x8",
  sharing: "none",
  rows: 4,
  columns: 8,
  wantedThreads: 16_384,
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
  wantedThreads: 32_768,
};

/** The same tile by more threads with fewer registers each. */
const WORKGROUP_64X64_WIDE: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 64x64, 256 threads",
  rows: 4,
  columns: 4,
  down: 16,
  across: 16,
  wantedThreads: 65_536,
};

const WORKGROUP_128X64: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 128x64",
  down: 16,
  wantedThreads: 65_536,
};

/** For results that give few tiles. */
const WORKGROUP_32X32: WorkgroupVariant = {
  ...WORKGROUP_64X64,
  name: "workgroup 32x32",
  rows: 4,
  columns: 4,
};

function subgroupVariant(lanes: number, rows: number, columns: number): SubgroupVariant {
  return {
    name: `subgroup ${rows}x${columns}`,
    sharing: "subgroup",
    rows,
    columns,
    lanes,
    wantedThreads: 16_384,
  };
}

/** Sizes of subgroups for which a round of terms comes out even. */
const POWERS: readonly (number | undefined)[] = [4, 8, 16, 32, 64];

/** All that run on an adapter, each once. */
export function productVariants({ subgroupLanes }: AdapterKind): readonly ProductVariant[] {
  const lanes = POWERS.includes(subgroupLanes) ? subgroupLanes : undefined;
  return [
    REGISTERS_4X8,
    WORKGROUP_64X64,
    WORKGROUP_64X64_WIDE,
    WORKGROUP_128X64,
    WORKGROUP_32X32,
    ...(lanes === undefined ? [] : [subgroupVariant(lanes, 8, 4), subgroupVariant(lanes, 8, 8)]),
  ];
}

/** Rows and columns of the result, terms of each sum. */
export interface ProductSize {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}
