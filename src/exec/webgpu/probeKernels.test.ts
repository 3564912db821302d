import { afterEach, describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { compilePlan } from "../../plan/compilePlan.ts";
import { storeHalfPrecision } from "../../plan/halfPrecision.ts";
import { applyPasses, PASS_NAMES } from "../../plan/passes/registry.ts";
import { planOptions } from "../../plan/planCases.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { storageOf } from "./deviceMemory.ts";
import { type ProductVariant, productVariants, REGISTERS_4X8 } from "./kernels/productVariants.ts";
import { openDevice } from "./openDevice.ts";
import { type ProbedProgram, probeKernels } from "./probeKernels.ts";
import type { PlacedDispatch } from "./programLowering.ts";
import { layOutProgram } from "./webgpuProgram.ts";

/** A product wider than a tile, whose size is not a multiple of the tile's. */
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

/** Kernels that are not products: sliding windows and others, masks, sums over rows and partial sums. */
function depthwise() {
  const net = createBuilder("depthwise");
  const first = net.separableConv2d(net.input("input", [11, 9, 4]), "first", {
    filters: 12,
    kernelSize: [3, 3],
    padding: "same",
    useBias: true,
  });
  const normal = net.activation(net.batchNormalization(first, "norm"), "act", "relu");
  const second = net.separableConv2d(normal, "second", {
    filters: 8,
    kernelSize: [3, 3],
    padding: "same",
  });
  const third = net.separableConv2d(net.activation(second, "act2", "relu"), "third", {
    filters: 8,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
  net.dense(net.globalAveragePooling2d(third, "average"), "predictions", 5, "softmax");
  return net.finish();
}

const machines: ComputeDevice[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.close();
});

const isProduct = ({ product }: PlacedDispatch) => product !== undefined;

/** Probes only some kernels of the plan, on a device that may compile altered code. */
async function probe(
  variant: ProductVariant,
  {
    network = pointwise(),
    mixedPrecision = false,
    most = 5,
    which = isProduct,
    spoil = (code: string) => code,
  } = {},
) {
  const open = await openDevice(await openDawn());
  const make = open.device.createShaderModule.bind(open.device);
  open.device.createShaderModule = ({ code, ...rest }) => make({ ...rest, code: spoil(code) });
  const machine = new ComputeDevice(open);
  machines.push(machine);
  machine.productVariant = () => variant;
  const marked = applyPasses(compilePlan(planOptions(network, { batchSize: 3 })), PASS_NAMES);
  const plan = mixedPrecision ? storeHalfPrecision(marked) : marked;
  const program = layOutProgram(plan, "training", machine.productVariant);
  const chosen = program.dispatches
    .filter((dispatch) => dispatch.sampled !== undefined && which(dispatch))
    .slice(0, most)
    .map((dispatch) => ({ ...dispatch, phase: "forward" as const }));
  const buffers = await machine.memory.allocate(program.storages);
  for (const [storage, numbers] of program.constants)
    machine.write(storageOf(buffers, storage), Uint32Array.from(numbers));
  const bound = new Map([["forward", await machine.bind(chosen, buffers)]] as const);
  const given: ProbedProgram = {
    storages: program.storages,
    dispatches: chosen,
    buffers,
    bound,
  };
  return probeKernels(given, machine, () => 0);
}

const variants = productVariants({ isSoftware: true, subgroupLanes: 4 });
/** Index of products in a variant whose kernels a software adapter takes many seconds to compile. */
const SLOW_TO_COMPILE = 1;
/** Makes one row of a thread's part of a product too large by a thousandth. */
const slightlyOff = (code: string) =>
  code.replaceAll(/c1_0 = fma\((vec4<f32>\([^;]*?\)), /g, "c1_0 = fma(1.001 * $1, ");

describe("the kernels of a program, probed as they run", () => {
  test.each(variants)("$name passes, and is found where one row is off", async (variant) => {
    const most = variant.sharing === "workgroup" ? SLOW_TO_COMPILE : undefined;
    const { numProbed, numResults } = await probe(variant, { most });
    expect(numProbed).toBe(numResults);
    expect(numResults).toBe(most ?? 5);
    await expect(probe(variant, { most, spoil: slightlyOff })).rejects.toMatchObject({
      code: "engine.unavailable",
      message: expect.stringContaining(variant.name),
      context: { engine: "webgpu", setting: "engine", variant: variant.name },
    });
  });

  test("all other kinds of products pass", async () => {
    const { numProbed, numResults } = await probe(REGISTERS_4X8, { network: others(), most: 99 });
    expect(numProbed).toBe(numResults);
    expect(numResults).toBe(11);
  });

  test("in mixed precision they pass, and wrong packing is found", async () => {
    const { numProbed, numResults } = await probe(REGISTERS_4X8, { mixedPrecision: true });
    expect(numProbed).toBe(numResults);
    const spoil = (code: string) =>
      code.replace("return within | ends.x", "return (within & 0xfff0fff0u) | ends.x");
    await expect(probe(REGISTERS_4X8, { mixedPrecision: true, spoil })).rejects.toMatchObject({
      code: "engine.unavailable",
    });
  });

  test("a workgroup's tiles without their barriers are found", async () => {
    const tiles = variants.filter(({ sharing }) => sharing === "workgroup");
    expect(tiles.length).toBeGreaterThan(0);
    const spoil = (code: string) => code.replaceAll("workgroupBarrier();", "");
    for (const variant of tiles.slice(0, 1))
      await expect(probe(variant, { most: SLOW_TO_COMPILE, spoil })).rejects.toMatchObject({
        code: "engine.unavailable",
      });
  });

  const rest = {
    network: depthwise(),
    which: (one: PlacedDispatch) => !isProduct(one),
    most: 99,
  };
  const plan = applyPasses(compilePlan(planOptions(depthwise(), { batchSize: 3 })), PASS_NAMES);
  const kernels = layOutProgram(plan, "training")
    .dispatches.filter((one) => one.sampled !== undefined && rest.which(one))
    .map(({ name }) => name);

  test.each([false, true])("what is no product passes, mixed precision: %s", async (mixed) => {
    const { numProbed, numResults } = await probe(REGISTERS_4X8, {
      ...rest,
      mixedPrecision: mixed,
    });
    expect(numProbed).toBe(numResults);
    // One kernel computes both gradients of the second convolution, so they are two results.
    expect(kernels.filter((name) => name === "depthwiseConv2dGradients")).toHaveLength(1);
    expect(numResults).toBe(kernels.length + 1);
  });

  const faults: readonly (readonly [string, string, string])[] = [
    ["depthwiseConv2d", "y_set((line", "y_set(0u * (line"],
    ["depthwiseConv2dInputGradient", "dx_set(at, value)", "dx_set(at, value * V(1.001))"],
    ["depthwiseConv2dFilterGradient", "sum1 = fma(x_", "sum1 = fma(V(1.001) * x_"],
    ["depthwiseConv2dGradients, the map's", "dx_set(at, value)", "dx_set(at, value * V(1.001))"],
    ["depthwiseConv2dGradients, the filter's", "tap1 = fma(x,", "tap1 = fma(x * V(1.001),"],
    ["biasGradient", "part_set(chunk * p.stride + channel, sum)", "part_set(chunk, sum)"],
    ["batchStatistics", "squares = fma(value, value,", "squares = fma(value, V(1.001) * value,"],
    ["sumDeferred", "index < numParts", "index + 1u < numParts"],
  ];
  test.each(faults)("a fault planted in %s is found", async (name, right, wrong) => {
    const own = name.split(",")[0];
    const which = (one: PlacedDispatch) => one.name === own;
    let numPlanted = 0;
    const spoil = (code: string) => {
      numPlanted += code.includes(right) ? 1 : 0;
      return code.replaceAll(right, wrong);
    };
    await expect(probe(REGISTERS_4X8, { ...rest, which, spoil })).rejects.toMatchObject({
      code: "engine.unavailable",
      message: expect.stringContaining(`${own} is off`),
    });
    expect(numPlanted).toBeGreaterThan(0);
  });
});
