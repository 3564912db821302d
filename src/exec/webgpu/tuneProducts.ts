/**
 * Measures the products of a plan on their device, in the plan's own memory, and stores the results by the adapter's name. A
 * software adapter is not measured: one product takes longer there than the whole budget, and one variant is always the
 * fastest.
 */
import type { Plan } from "../../plan/trainingPlan.ts";
import type { BoundList, ComputeDevice } from "./computeDevice.ts";
import type { Storages } from "./deviceMemory.ts";
import {
  type NamedProduct,
  type ProductVariant,
  productVariants,
} from "./kernels/productVariants.ts";
import { timeGroups } from "./timing.ts";
import { choiceOf, isSame, measureProducts } from "./tuning.ts";
import { layOutProgram } from "./webgpuProgram.ts";

const BUDGET_MS = 50;

/**
 * Chooses the variants of products on a device with tuning, from measurements of the first training plan. All variants compute
 * the same bits, so the choice changes no result.
 *
 * @throws PlaygroundError `engine.out-of-memory`, `internal` for a kernel that does not compile
 */
export async function tuneProducts(plan: Plan, compute: ComputeDevice): Promise<void> {
  const { tuning, adapter, productWords } = compute;
  if (tuning === undefined || adapter.isSoftware || productWords !== "") return;
  const { memory, budgetMs = BUDGET_MS, variants = productVariants(adapter) } = tuning;
  const usual = compute.productVariant;
  const program = layOutProgram(plan, "training", usual);
  const products = program.dispatches.flatMap(({ product }) => product ?? []);
  const known = await memory.read(compute.title);
  const isKnown = products.some((product) => known.some((other) => isSame(other, product)));
  const measured = isKnown
    ? []
    : await measureProducts({
        ...{ products, variants, usual, budgetMs },
        measure: createMeasure(plan, compute, await compute.memory.allocate(program.storages)),
      });
  const all = [...measured, ...known];
  if (measured.length > 0) await memory.write(compute.title, all);
  compute.productVariant = choiceOf(all, variants, usual);
  compute.productWords = `${wordsOf(products, compute)}${whyOf(isKnown, measured.length)}`;
}

function whyOf(isKnown: boolean, numMeasured: number): string {
  if (isKnown) return ", as measured here before.";
  return numMeasured > 0
    ? `, after measuring ${numMeasured} of them.`
    : ", unmeasured, which would take too long here.";
}

/** Writes "Products of matrices by workgroup 64x64 (52), registers 4x8 (22)". */
function wordsOf(products: readonly NamedProduct[], compute: ComputeDevice): string {
  const counts = new Map<string, number>();
  for (const product of products) {
    const { name } = compute.productVariant(product);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const words = [...counts].toSorted(([, a], [, b]) => b - a).map(([name, n]) => `${name} (${n})`);
  return `Products of matrices by ${words.join(", ")}`;
}

function createMeasure(plan: Plan, compute: ComputeDevice, buffers: Storages) {
  const programs = new Map<ProductVariant, ReturnType<typeof layOutProgram>>();
  const lists = new Map<string, Promise<BoundList>>();
  const listOf = (product: NamedProduct, variant: ProductVariant) => {
    const key = [product.name, product.m, product.n, product.k, variant.name].join();
    const list = lists.get(key) ?? bind(product, variant);
    lists.set(key, list);
    return list;
  };
  async function bind(product: NamedProduct, variant: ProductVariant): Promise<BoundList> {
    const program = programs.get(variant) ?? layOutProgram(plan, "training", () => variant);
    programs.set(variant, program);
    const dispatch = program.dispatches.find(
      (other) => other.product !== undefined && isSame(other.product, product),
    );
    return compute.bind(dispatch === undefined ? [] : [dispatch], buffers);
  }
  return async (
    product: NamedProduct,
    variants: readonly ProductVariant[],
    repeats: number,
  ): Promise<readonly number[]> => {
    const bound = await Promise.all(variants.map((variant) => listOf(product, variant)));
    const groups = bound.map((list) => Array.from({ length: repeats }, () => list).flat());
    const { ms } = await timeGroups(compute.device, groups);
    return ms.map((time) => time / repeats);
  };
}
