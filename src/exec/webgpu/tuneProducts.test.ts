import { describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { productVariants } from "./kernels/productVariants.ts";
import { openDevice } from "./openDevice.ts";
import { tuneProducts } from "./tuneProducts.ts";
import { processMemory } from "./tuningMemory.ts";
import { layOutProgram } from "./webgpuProgram.ts";

const plan = applyPasses(
  compilePlan(planOptions(remainingOperations(), { batchSize: 4 })),
  PASS_NAMES,
);

/** Opens a machine that claims to be a graphics card, with variants that compile fast and enough time. */
async function openMachine(memory = processMemory(), isSoftware = false) {
  const variants = productVariants({ isSoftware: true, subgroupLanes: 4 }).filter(({ name }) =>
    ["registers 4x8", "subgroup 8x4"].includes(name),
  );
  const tuning = { memory, variants, budgetMs: 1e9 };
  return new ComputeDevice({ ...(await openDevice(await openDawn())), isSoftware, tuning });
}

describe("tuning on a device", () => {
  test("chooses by measuring, says so, and remembers it by the adapter's name", async () => {
    const memory = processMemory();
    const first = await openMachine(memory);
    await tuneProducts(plan, first);
    expect(first.productWords).toMatch(
      /^Products of matrices by .+, after measuring \d+ of them\.$/,
    );
    const kept = await memory.read(first.title);
    expect(kept.length).toBeGreaterThan(0);
    const choices = (machine: ComputeDevice) =>
      kept.map((size) => machine.productVariant(size).name);
    expect(choices(first)).toEqual(kept.map(({ variant }) => variant));
    first.close();

    const second = await openMachine(memory);
    await tuneProducts(plan, second);
    expect(second.counts.pipelines).toBe(0);
    expect(second.productWords).toContain("as measured here before");
    expect(choices(second)).toEqual(choices(first));
    second.close();
  });

  test("measures nothing on an adapter that the processor computes", async () => {
    const machine = await openMachine(processMemory(), true);
    await tuneProducts(plan, machine);
    expect(machine.counts.pipelines).toBe(0);
    expect(machine.productWords).toBe("");
    machine.close();
  });

  test("leaves every storage as it is, whatever the variant", async () => {
    const machine = await openMachine();
    const usual = layOutProgram(plan, "training", machine.productVariant);
    await tuneProducts(plan, machine);
    expect(layOutProgram(plan, "training", machine.productVariant).storages).toEqual(
      usual.storages,
    );
    machine.close();
  });
});
