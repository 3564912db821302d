/** What a stand-alone page states about its network, folded away. */
import { formatCount, formatPercent } from "../core/units.ts";
import type { EmbeddedNetwork } from "../interop/standalone/embeddedNetwork.ts";
import { create } from "../pictures/elements.ts";

type Rows = readonly (readonly [string, string])[];

export function createAbout(network: EmbeddedNetwork): HTMLElement {
  const { origin, settings } = network;
  const numWeights = network.weights.reduce((sum, [, length]) => sum + length, 0);
  const facts: Rows = [
    ["Trained by", origin.program],
    ["Recipe", network.title],
    ["Seed", formatCount(origin.seed)],
    ["Steps", formatCount(origin.step)],
    ...measured("Validation accuracy", origin.validation),
    ...measured("Test accuracy", origin.test),
    ["Weights", formatCount(numWeights)],
    ["Preparation", origin.preparation],
  ];
  return create(
    "div",
    { class: "about" },
    folded("About this network", facts),
    folded("Settings", settings),
  );
}

function measured(name: string, result: EmbeddedNetwork["origin"]["test"]): Rows {
  if (result === null) return [];
  const { accuracy, numImages } = result;
  return [[name, `${formatPercent(accuracy)} of ${formatCount(numImages)} images`]];
}

function folded(title: string, rows: Rows): HTMLElement {
  const list = create("dl");
  for (const [name, text] of rows) list.append(create("dt", {}, name), create("dd", {}, text));
  return create("details", {}, create("summary", {}, title), list);
}
