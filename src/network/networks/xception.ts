/**
 * Xception (Chollet 2017, "Xception: Deep Learning with Depthwise Separable Convolutions", figure 5) with the settings in which
 * the reference systems differ. Layers are named as in Keras Applications. The shortcuts, which Keras leaves unnamed, are
 * `blockN_residual_conv` and `blockN_residual_bn`.
 */
import type { Pair } from "../../core/shape.ts";
import type { NetworkSettings, Padding, PoolPadding } from "../../settings/settings.ts";
import type { Flow, LayerGraph } from "../graph.ts";
import { createBuilder, type Tensor } from "./builder.ts";
import { convolutionOfKind } from "./convolutionOfKind.ts";

const ENTRY_FILTERS = [128, 256, 728] as const;
const KERNEL: Pair = [3, 3];
const HALVING: Pair = [2, 2];
const POINT: Pair = [1, 1];

/**
 * Scales a number of filters by a width multiplier, rounded to the nearest multiple of 8 (ties up), at least 8. A multiplier of
 * 1 changes nothing.
 */
export function scaledFilters(filters: number, width: number): number {
  return width === 1 ? filters : Math.max(8, Math.floor((filters * width) / 8 + 0.5) * 8);
}

/** The parts in which another network called Xception may differ. */
export interface XceptionParts {
  readonly name: string;
  readonly middleFilters: number;
  /** The pool of block 4, the last block of the entry flow. */
  readonly block4Pool: Padding | PoolPadding;
  readonly block4ShortcutFilters: number;
}

/** @param parts differences from the paper that no setting offers. */
export function buildXception(
  settings: NetworkSettings,
  parts: Partial<XceptionParts> = {},
): LayerGraph {
  const { name: graphName = "xception", middleFilters = 728 } = parts;
  const { block4Pool = settings.poolPadding, block4ShortcutFilters = 728 } = parts;
  const net = createBuilder(graphName);
  const useBias = settings.bias;
  const scaled = (filters: number) => scaledFilters(filters, settings.width);

  const norm = (from: Tensor, name: string) =>
    net.batchNormalization(from, name, {
      momentum: settings.batchNormMomentum,
      epsilon: settings.batchNormEpsilon,
      scale: settings.batchNormScale,
      center: settings.batchNormCenter,
    });
  const relu = (from: Tensor, name: string) => net.activation(from, name, "relu");

  const convolution = (from: Tensor, name: string, filters: number): Tensor => {
    const window = { filters, kernelSize: KERNEL, padding: "same", useBias } as const;
    return norm(convolutionOfKind(net, settings, from, name, window), `${name}_bn`);
  };

  /** Halves the map with a pool, and adds the shortcut when residuals are on. */
  const poolAndAdd = (
    inside: Tensor,
    before: Tensor,
    block: string,
    filters: number,
    padding: Padding | PoolPadding = settings.poolPadding,
  ): Tensor => {
    const pooled = net.pooling(inside, `${block}_pool`, "MaxPooling2D", {
      poolSize: KERNEL,
      strides: HALVING,
      padding,
    });
    if (!settings.residual) return pooled;
    const shortcut = net.at({ shortcut: true }, () => {
      const convolved = net.conv2d(before, `${block}_residual_conv`, {
        filters,
        kernelSize: POINT,
        strides: HALVING,
        padding: "same",
        useBias,
      });
      return settings.residualBatchNorm ? norm(convolved, `${block}_residual_bn`) : convolved;
    });
    return net.add(`${block}_add`, pooled, shortcut);
  };

  const input = net.input("input", [
    settings.inputSize,
    settings.inputSize,
    settings.inputChannels,
  ]);

  const stem = (): Tensor => {
    const padding = settings.stemPadding;
    const first = net.conv2d(input, "block1_conv1", {
      filters: scaled(32),
      kernelSize: KERNEL,
      strides: HALVING,
      padding,
      useBias,
    });
    const halved = relu(norm(first, "block1_conv1_bn"), "block1_conv1_act");
    const second = net.conv2d(halved, "block1_conv2", {
      filters: scaled(64),
      kernelSize: KERNEL,
      padding,
      useBias,
    });
    return relu(norm(second, "block1_conv2_bn"), "block1_conv2_act");
  };

  const twoConvolutions = (
    start: Tensor,
    block: string,
    filters: readonly [number, number],
  ): Tensor => {
    const first = convolution(start, `${block}_sepconv1`, filters[0]);
    return convolution(relu(first, `${block}_sepconv2_act`), `${block}_sepconv2`, filters[1]);
  };

  const entryBlock = (before: Tensor, number: number, filters: number): Tensor => {
    const block = `block${number}`;
    const start = number > 2 || settings.reluFirst ? relu(before, `${block}_sepconv1_act`) : before;
    const second = twoConvolutions(start, block, [filters, filters]);
    return number === 4
      ? poolAndAdd(second, before, block, scaled(block4ShortcutFilters), block4Pool)
      : poolAndAdd(second, before, block, filters);
  };

  const middleBlock = (before: Tensor, number: number): Tensor => {
    const block = `block${number}`;
    let x = before;
    for (const index of [1, 2, 3]) {
      x = convolution(
        relu(x, `${block}_sepconv${index}_act`),
        `${block}_sepconv${index}`,
        scaled(middleFilters),
      );
    }
    if (settings.reluBeforeAdd) x = relu(x, `${block}_out_act`);
    return settings.residual ? net.add(`${block}_add`, x, before) : x;
  };

  const exitBlock = (
    before: Tensor,
    number: number,
    filters: readonly [number, number],
  ): Tensor => {
    const block = `block${number}`;
    const second = twoConvolutions(relu(before, `${block}_sepconv1_act`), block, filters);
    return poolAndAdd(second, before, block, filters[1]);
  };

  const lastConvolution = (
    from: Tensor,
    name: string,
    filters: number,
    reluAfter: boolean,
  ): Tensor => {
    if (settings.exitReluPosition === "before")
      return convolution(relu(from, `${name}_act`), name, filters);
    const tensor = convolution(from, name, filters);
    return reluAfter ? relu(tensor, `${name}_act`) : tensor;
  };

  const inBlock = (flow: Flow, number: number, build: () => Tensor) =>
    net.at({ block: { id: `block${number}`, number, flow } }, build);
  let x = inBlock("Entry flow", 1, stem);
  ENTRY_FILTERS.forEach((filters, index) => {
    const number = 2 + index;
    x = inBlock("Entry flow", number, () => entryBlock(x, number, scaled(filters)));
  });
  const { middleRepeats } = settings;
  for (let number = 5; number < 5 + middleRepeats; number += 1)
    x = inBlock("Middle flow", number, () => middleBlock(x, number));

  const [exit1, exit2, exit3, exit4] = exitFilterCounts(settings.exitFilters);
  const exit = 5 + middleRepeats;
  x = inBlock("Exit flow", exit, () => exitBlock(x, exit, [scaled(exit1), scaled(exit2)]));
  x = inBlock("Exit flow", exit + 1, () => {
    const last = `block${exit + 1}`;
    const third = lastConvolution(x, `${last}_sepconv1`, scaled(exit3), true);
    return lastConvolution(third, `${last}_sepconv2`, scaled(exit4), settings.finalRelu);
  });
  net.dense(
    net.globalAveragePooling2d(x, "avg_pool"),
    "predictions",
    settings.classes,
    settings.head,
  );
  return net.finish();
}

/** Names the entries of the list. `fields.ts` allows only lists of four. */
function exitFilterCounts(filters: readonly number[]): readonly [number, number, number, number] {
  const [exit1, exit2, exit3, exit4] = filters;
  if (exit1 === undefined || exit2 === undefined || exit3 === undefined || exit4 === undefined) {
    throw new RangeError(`exitFilters holds four numbers, not ${filters.length}`);
  }
  return [exit1, exit2, exit3, exit4];
}
