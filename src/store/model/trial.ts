/**
 * Judges how accurate an opened model is on the data at hand by each preparation of the images and by each order of its outputs.
 * Pure functions.
 */
import { greatestOf } from "../../core/numbers.ts";
import type { OpenedModel } from "../../interop/classifier/openedModel.ts";
import { headLayer } from "../../network/headLayer.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { Trials } from "../../protocol/trials.ts";
import type { Preparation } from "../../settings/settings.ts";

/** Which output of the model stands for each class of the data. */
export type Order = readonly number[];

export interface OrderChoice {
  /** What speaks for it. */
  readonly by: "place" | "names" | "images";
  readonly order: Order;
}

export interface Judged {
  readonly preparation: Preparation;
  /** Keyed like the choices of the order: the share of the images that are right. */
  readonly accuracies: readonly number[];
}

export interface Judgement {
  /** The order of the data's classes comes first. Others are there only where they differ from it and may be right. */
  readonly orders: readonly OrderChoice[];
  readonly judged: readonly Judged[];
  /** The preparation and the place of the order that are clearly the best; `null` when none is. */
  readonly best: { readonly preparation: Preparation; readonly order: number } | null;
}

/** The least lead over the next preparation: five of the five hundred images. */
const CLEAR_LEAD = 0.01;
/** An order that only the images speak for must explain this much more of them than the data's own, and this many at all. */
const IMAGES_LEAD = 0.1;
const IMAGES_LEAST = 0.5;
/** Twice as often right as by chance. */
const BETTER_THAN_CHANCE = 2;

/** @param classes of the data; the model has as many outputs. */
export function judgeTrials(
  { trials }: Trials,
  classes: readonly string[],
  names: readonly string[] | undefined,
): Judgement {
  const count = classes.length;
  const inPlace = classes.map((_, place) => place);
  const orders: OrderChoice[] = [{ by: "place", order: inPlace }];
  const named = orderByNames(classes, names);
  if (named !== undefined && !isSame(named, inPlace)) orders.push({ by: "names", order: named });
  if (named === undefined) {
    const [found] = trials
      .map(({ confusion }) => {
        const order = orderByImages(confusion, count);
        return { order, accuracy: accuracyInOrder(confusion, order) };
      })
      .toSorted((one, other) => other.accuracy - one.accuracy);
    const own = greatestOf(trials.map(({ confusion }) => accuracyInOrder(confusion, inPlace)));
    const least = Math.max(own + IMAGES_LEAD, IMAGES_LEAST);
    if (found !== undefined && found.accuracy >= least)
      orders.push({ by: "images", order: found.order });
  }
  const judged = trials.map(({ preparation, confusion }) => ({
    preparation,
    accuracies: orders.map(({ order }) => accuracyInOrder(confusion, order)),
  }));
  return { orders, judged, best: bestOf(judged, orders.length - 1, count) };
}

/** The last order is the one that something speaks for. */
function bestOf(judged: readonly Judged[], order: number, count: number): Judgement["best"] {
  const [best, next] = judged.toSorted(
    (one, other) => (other.accuracies[order] ?? 0) - (one.accuracies[order] ?? 0),
  );
  if (best === undefined) return null;
  const accuracy = best.accuracies[order] ?? 0;
  const lead = accuracy - (next?.accuracies[order] ?? 0);
  const isClear = lead >= CLEAR_LEAD && accuracy >= BETTER_THAN_CHANCE / Math.max(count, 4);
  return isClear ? { preparation: best.preparation, order } : null;
}

/** @returns undefined unless the file names all classes of the data. */
function orderByNames(
  classes: readonly string[],
  names: readonly string[] | undefined,
): Order | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const known = names?.map(plain) ?? [];
  const order = classes.map((name) => known.indexOf(plain(name)));
  return order.every((output) => output >= 0) && new Set(order).size === order.length
    ? order
    : undefined;
}

/** Gives each class an output of its own: the largest counts decide first. @param confusion `[classes, outputs]` */
function orderByImages(confusion: Uint32Array, count: number): Order {
  const order = new Array<number>(count).fill(-1);
  const cells = [...confusion.keys()].sort((a, b) => (confusion[b] ?? 0) - (confusion[a] ?? 0));
  for (const cell of cells) {
    const [row, output] = [Math.floor(cell / count), cell % count];
    if (order[row] === -1 && !order.includes(output)) order[row] = output;
  }
  return order;
}

/** Returns the share of the images that are right when the outputs stand for the classes in this order. */
function accuracyInOrder(confusion: Uint32Array, order: Order): number {
  const all = confusion.reduce((sum, count) => sum + count, 0);
  const right = order.reduce(
    (sum, output, row) => sum + (confusion[row * order.length + output] ?? 0),
    0,
  );
  return all === 0 ? 0 : right / all;
}

/** Returns the model with its outputs in this order. Each layer from the head on keeps one number for each output. */
export function inOrder(model: OpenedModel, order: Order): OpenedModel {
  const { graph, weights, classes } = model;
  const head = headLayer(graph);
  if (weights === undefined || head === undefined) return model;
  const ending = new Set(
    graph.layers.slice(graph.layers.indexOf(head.layer)).map(({ name }) => name),
  );
  const turned = new Map(weights);
  for (const { path, layer, shape } of networkWeights(graph)) {
    const values = weights.get(path);
    const count = shape.at(-1) ?? 1;
    if (values === undefined || !ending.has(layer) || count !== order.length) continue;
    turned.set(
      path,
      values.map((_, at) => values[at - (at % count) + (order[at % count] ?? 0)] ?? 0),
    );
  }
  const named = classes?.length === order.length ? order.map((at) => classes[at] ?? "") : classes;
  return { ...model, weights: turned, classes: named };
}

function isSame(one: Order, other: Order): boolean {
  return one.every((output, place) => output === other[place]);
}
