import { afterEach, describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalves } from "../../plan/halves.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions } from "../../plan/planCases.ts";
import { createBuilder } from "../../spec/networks/builder.ts";
import { type ProductVariant, productVariants, REGISTERS_4X8 } from "./kernels/productVariants.ts";
import { openDevice } from "./openDevice.ts";
import { type ProbedProgram, probeProducts } from "./probeProducts.ts";
import { WebgpuMachine } from "./webgpuMachine.ts";
import { layOutProgram } from "./webgpuProgram.ts";

/** Wider than a tile, and none that divides into whole ones. */
function pointwise() {
  const net = createBuilder("pointwise");
  const first = net.conv2d(net.input("input", [7, 7, 4]), "first", {
    filters: 72,
    kernelSize: [1, 1],
  });
  const normal = net.activation(net.batchNormalization(first, "norm"), "act", "relu");
  const second = net.conv2d(normal, "second", { filters: 36, kernelSize: [1, 1] });
  net.globalAveragePooling2d(second, "average");
  return net.finish();
}

/** The other kinds of products: under a window, spread and dense. */
function others() {
  const net = createBuilder("others");
  const window = net.conv2d(net.input("input", [9, 7, 4]), "window", {
    filters: 12,
    kernelSize: [3, 3],
    padding: "same",
  });
  const strided = net.conv2d(net.activation(window, "act", "relu"), "strided", {
    filters: 20,
    kernelSize: [1, 1],
    strides: [2, 2],
    padding: "same",
  });
  const again = net.conv2d(strided, "again", { filters: 8, kernelSize: [3, 2] });
  net.dense(net.globalAveragePooling2d(again, "average"), "predictions", 5, "softmax");
  return net.finish();
}

const machines: WebgpuMachine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.close();
});

/** Only the products of the plan, on a device that may compile something else than it is given. */
async function probe(
  variant: ProductVariant,
  { network = pointwise(), mixedPrecision = false, most = 5, spoil = (code: string) => code } = {},
) {
  const open = await openDevice(await openDawn());
  const make = open.device.createShaderModule.bind(open.device);
  open.device.createShaderModule = ({ code, ...rest }) => make({ ...rest, code: spoil(code) });
  const machine = new WebgpuMachine(open);
  machines.push(machine);
  machine.productVariant = () => variant;
  const marked = applyPasses(compilePlan(planOptions(network, { batchSize: 3 })), PASS_NAMES);
  const plan = mixedPrecision ? storeHalves(marked) : marked;
  const program = layOutProgram(plan, machine.productVariant);
  const products = program.lists.training
    .filter(({ sampled }) => sampled !== undefined)
    .slice(0, most)
    .map((dispatch) => ({ ...dispatch, phase: "forward" as const }));
  const buffers = await machine.allocate(program.storages);
  const bound = new Map([["forward", await machine.bind(products, buffers)]] as const);
  const given: ProbedProgram = {
    storages: program.storages,
    lists: { ...program.lists, training: products },
    buffers,
    bound: { training: bound },
  };
  return probeProducts(given, machine, () => 0);
}

const variants = productVariants({ isSoftware: true, subgroupLanes: 4 });
/** Products of a variant whose kernels a software adapter takes many seconds to compile. */
const SLOW_TO_COMPILE = 1;
/** One row of a thread's part of a product by a thousandth too large. */
const slightlyOff = (code: string) =>
  code.replaceAll(/c1_0 = fma\((vec4<f32>\([^;]*?\)), /g, "c1_0 = fma(1.001 * $1, ");

describe("the products of a program, probed as they run", () => {
  test.each(variants)("$name passes, and is found where one row is off", async (variant) => {
    const most = variant.sharing === "workgroup" ? SLOW_TO_COMPILE : undefined;
    const { numProbed, numProducts } = await probe(variant, { most });
    expect(numProbed).toBe(numProducts);
    expect(numProducts).toBe(most ?? 5);
    await expect(probe(variant, { most, spoil: slightlyOff })).rejects.toMatchObject({
      code: "engine.unavailable",
      message: expect.stringContaining(variant.name),
      context: { engine: "webgpu", setting: "engine", variant: variant.name },
    });
  });

  test("all other kinds of products pass", async () => {
    const { numProbed, numProducts } = await probe(REGISTERS_4X8, { network: others(), most: 99 });
    expect(numProbed).toBe(numProducts);
    expect(numProducts).toBe(11);
  });

  test("in mixed precision they pass, and wrong packing is found", async () => {
    const { numProbed, numProducts } = await probe(REGISTERS_4X8, { mixedPrecision: true });
    expect(numProbed).toBe(numProducts);
    const spoil = (code: string) =>
      code.replace("return within | ends.x", "return (within & 0xfff0fff0u) | ends.x");
    await expect(probe(REGISTERS_4X8, { mixedPrecision: true, spoil })).rejects.toMatchObject({
      code: "engine.unavailable",
    });
  });
});
