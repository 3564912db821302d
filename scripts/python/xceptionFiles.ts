/**
 * Has real Keras write its Xception with random weights in the layout of the official files (`makeXception.py`), and checks that
 * these weights go into the paper's network by name and by order, and that its predictions are those of Keras.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { sizeOf } from "../../src/core/shape.ts";
import type { WeightsFile } from "../../src/interop/importedModel.ts";
import { openModel, openModelOrWeights } from "../../src/interop/openModel.ts";
import { preparedInput } from "../../src/interop/preparedInput.ts";
import { fileOf } from "../../src/interop/testing/modelFiles.ts";
import { settingsForWeights, weightsInto } from "../../src/interop/weightsFile.ts";
import { buildNetwork } from "../../src/network/networks/registry.ts";
import { networkWeights } from "../../src/network/networkWeights.ts";
import { recipeById } from "../../src/settings/recipes/registry.ts";
import { difference, outputsOf, TOLERANCE } from "./compiledEngine.ts";

const OFFICIAL = "xception_weights_tf_dim_ordering_tf_kernels";

const caseSchema = v.object({
  keras: v.string(),
  size: v.number(),
  image: v.array(v.number()),
  outputs: v.array(v.number()),
  headOutputs: v.array(v.number()),
});

/** @param folder where `makeXception.py` wrote. @returns the number of failures, which it prints. */
export async function checkXceptionFiles(folder: string): Promise<number> {
  const expected = v.parse(
    caseSchema,
    JSON.parse(await readFile(join(folder, "case.json"), "utf8")),
  );
  const image = Float32Array.from(expected.image);
  const settings = { ...recipeById("paper").settings, inputSize: expected.size, batchSize: 1 };
  const whole = await weightsIn(folder, `${OFFICIAL}.h5`);
  let numFailed = 0;
  const say = (what: string, isRight: boolean, found: string) => {
    if (!isRight) numFailed += 1;
    console.log(`Keras ${expected.keras}, ${what}: ${found}`);
  };

  const asSet = settingsForWeights(whole, settings);
  const graph = buildNetwork(asSet);
  const named = weightsInto(whole, graph, OFFICIAL);
  const lacking = networkWeights(graph).filter(({ path }) => !named.weights.has(path)).length;
  say("official layout, by name", lacking === 0, `${named.weights.size} weights, ${lacking} lack`);
  const off = difference(expected.outputs, await outputsOf(graph, named.weights, image));
  say("official layout, prediction", off <= TOLERANCE, `off by ${off.toExponential(1)}`);

  for (const name of [`${OFFICIAL}_notop.h5`, "xception.weights.h5"]) {
    const other = weightsInto(await weightsIn(folder, name), graph, name);
    const isEqual = [...other.weights].every(([path, found]) =>
      isSame(found, named.weights.get(path)),
    );
    const numNew = networkWeights(graph)
      .filter(({ path }) => !other.weights.has(path))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const isWhole = numNew === (name.includes("notop") ? 2048 * 1000 + 1000 : 0);
    say(name, isEqual && isWhole, `${other.weights.size} weights, ${numNew} numbers are new`);
  }

  const bytes = await readFile(join(folder, "head.keras"));
  const head = await openModel([fileOf("head.keras", bytes)]);
  const ofHead = await outputsOf(head.graph, head.weights, preparedInput(head.input, image));
  const headOff = difference(expected.headOutputs, ofHead);
  say("under a head, as .keras", headOff <= TOLERANCE, `off by ${headOff.toExponential(1)}`);
  return numFailed;
}

async function weightsIn(folder: string, name: string): Promise<WeightsFile> {
  const opened = await openModelOrWeights([fileOf(name, await readFile(join(folder, name)))]);
  if ("graph" in opened) throw new Error(`${name}: a model, and weights alone were written`);
  return opened;
}

function isSame(one: Float32Array, other: Float32Array | undefined): boolean {
  return one.length === other?.length && one.every((value, at) => value === other[at]);
}
