/**
 * Reads a checkpoint that comes from a file, which anyone may have written: every byte is verified, every weight has the name and
 * the length that its settings require, and every number is finite.
 */
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { formatCount } from "../core/units.ts";
import { trainedShapes } from "../network/matchWeights.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { Settings } from "../settings/settings.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { type ByteSource, isOfNewerProgram, readPacked, readSummary } from "./packedFile.ts";

/**
 * @param where names the file in messages
 * @throws PlaygroundError `file.invalid`
 */
export async function readForeignCheckpoint(
  source: ByteSource,
  where: string,
): Promise<Checkpoint> {
  const checkpoint = await read(source, where);
  const { summary, lanes } = checkpoint;
  if (lanes.length === 0 || lanes.length !== summary.lanes.length)
    throw invalid(
      where,
      "it has the networks that it names",
      `${summary.lanes.length}`,
      `${lanes.length}`,
    );
  for (const [index, { state, best }] of lanes.entries()) {
    const settings = summary.lanes[index]?.settings;
    if (settings === undefined) continue;
    if (state !== null) {
      checkWeights(state.vectors, settings, where);
      checkFinite(state.vectors, where);
    }
    if (best !== null) {
      checkWeights(best.weights, settings, where);
      checkFinite(best.weights, where);
    }
  }
  return checkpoint;
}

async function read(source: ByteSource, where: string): Promise<Checkpoint> {
  try {
    return parseCheckpoint(await readSummary(source), await readPacked(source));
  } catch (error) {
    const reason = reasonOf(error).replace(/[.]$/, "").slice(0, 300);
    throw isOfNewerProgram(error)
      ? error
      : invalid(where, "its checkpoint is whole", "one that this program wrote", reason);
  }
}

function checkWeights(
  vectors: ReadonlyMap<string, Float32Array | Float64Array>,
  settings: Settings,
  where: string,
): void {
  const graph = networkOf(settings, where);
  const weights = new Map<string, Float32Array>();
  for (const [path, values] of vectors)
    if (values instanceof Float32Array) weights.set(path, values);
  const shapes = trainedShapes(graph, weights);
  const lacking = networkWeights(graph).find(({ path }) => !shapes.has(path));
  if (lacking === undefined) return;
  const { path, shape } = lacking;
  const found = vectors.get(path);
  throw invalid(
    where,
    "its weights are those of the network of its settings",
    `${path} of ${shape.join(" x ")} numbers`,
    found === undefined ? "none of this name" : `${formatCount(found.length)} numbers`,
  );
}

function networkOf(settings: Settings, where: string): ReturnType<typeof buildNetwork> {
  try {
    return buildNetwork(settings);
  } catch (error) {
    throw invalid(
      where,
      "its settings give a network",
      "settings that can be trained",
      reasonOf(error),
    );
  }
}

function checkFinite(
  vectors: ReadonlyMap<string, Float32Array | Float64Array>,
  where: string,
): void {
  for (const [path, values] of vectors) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
      throw invalid(where, "every weight is finite", "a finite number", `${values[at]} in ${path}`);
  }
}

function invalid(where: string, rule: string, expected: string, got: string): PlaygroundError {
  const remedy = "Export the run again, or import it without its weights.";
  return new PlaygroundError({ code: "file.invalid", where, rule, expected, got, remedy });
}
