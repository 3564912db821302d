/**
 * From Inception to Xception: a 1 x 1 convolution, then K x K convolutions in towers that divide its channels. One tower is an
 * ordinary convolution over all channels. As many towers as channels are Xception's extreme form (Chollet 2017, section 1.2: a
 * spectrum between the two, by the number of channels in a segment).
 */
import { analyze } from "../analyze.ts";
import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "../networks/builder.ts";

export interface TowerModule {
  /** Sides of the map, which do not change because the padding is `same`. */
  readonly height: number;
  readonly width: number;
  readonly kernelSize: number;
  /** The number of channels of the input, after the 1 x 1 convolution, and of the output. */
  readonly moduleChannels: number;
}

export interface TowerCounts {
  readonly towers: number;
  readonly channelsPerTower: number;
  readonly params: number;
  readonly macs: number;
  /** The part of the 1 x 1 convolution, which is the same for every number of towers. */
  readonly pointwiseParams: number;
  readonly pointwiseMacs: number;
}

/** Returns the divisors of n, from 1 to n. */
export function divisorsOf(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1).filter((one) => n % one === 0);
}

/** Returns the largest number of towers up to `towers` that divides the channels evenly. */
export function fittingTowers(towers: number, moduleChannels: number): number {
  return divisorsOf(moduleChannels).findLast((divisor) => divisor <= towers) ?? 1;
}

function buildTowers(module: TowerModule, towers: number): LayerGraph {
  const { height, width, kernelSize, moduleChannels: filters } = module;
  const net = createBuilder("towers");
  const shared = { filters, padding: "same", useBias: false } as const;
  const input = net.input("input", [height, width, filters]);
  const point = net.conv2d(input, "pointwise", { ...shared, kernelSize: [1, 1] });
  net.conv2d(point, "towers", { ...shared, kernelSize: [kernelSize, kernelSize], groups: towers });
  return net.finish();
}

/** Returns the counts for every number of towers that divides the channels, from one tower to one for each channel. */
export function continuum(module: TowerModule): readonly TowerCounts[] {
  return divisorsOf(module.moduleChannels).map((towers) => {
    const { params, macs, layers } = analyze(buildTowers(module, towers));
    return {
      towers,
      channelsPerTower: module.moduleChannels / towers,
      params,
      macs,
      pointwiseParams: layers[1]?.params ?? 0,
      pointwiseMacs: layers[1]?.macs ?? 0,
    };
  });
}
