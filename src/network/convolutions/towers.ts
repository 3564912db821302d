/**
 * From Inception to Xception: a 1 x 1 convolution, then K x K convolutions in towers that share its channels. One
 * tower is an ordinary convolution over all channels; as many towers as channels are Xception's extreme (Chollet
 * 2017, section 1.2: a spectrum between the two, the number of channels a segment holds).
 */
import { analyze } from "../analyze.ts";
import type { LayerGraph } from "../graph.ts";
import { createBuilder } from "../networks/builder.ts";

export interface TowerModule {
  /** Sides of the map, which stay: padding is `same`. */
  readonly height: number;
  readonly width: number;
  readonly kernelSize: number;
  /** In, after the 1 x 1, and out. */
  readonly moduleChannels: number;
}

export interface TowerCounts {
  readonly towers: number;
  readonly channelsPerTower: number;
  readonly params: number;
  readonly macs: number;
  /** Of these, the 1 x 1 convolution's: the same for every number of towers. */
  readonly pointwiseParams: number;
  readonly pointwiseMacs: number;
}

/** 1, ..., n. */
export function divisorsOf(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1).filter((one) => n % one === 0);
}

/** The largest number of towers up to `towers` that shares the channels evenly. */
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

/** Counts for every number of towers that divides the channels, from one to one a channel. */
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
