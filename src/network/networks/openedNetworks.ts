/**
 * The networks of opened model files, by the names that settings give them. The page and each worker have a register of their
 * own. Checkpoints and commands carry the networks that they need. `opened.ts` makes the entries.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { NetworkSettings, OpenedName } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";

export interface OpenedNetwork {
  /** The name of its file. */
  readonly title: string;
  /** As in the file. */
  readonly graph: LayerGraph;
  /** @throws PlaygroundError `setting.invalid` when there is no such variant of it */
  readonly build: (settings: NetworkSettings) => LayerGraph;
}

export const openedNetworks = new Map<OpenedName, OpenedNetwork>();

/** @throws PlaygroundError `setting.invalid` when the model is not open */
export function openedNetwork(name: OpenedName): OpenedNetwork {
  const found = openedNetworks.get(name);
  if (found !== undefined) return found;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Architecture",
    rule: "this model is not open here",
    remedy: "Open its file again, or choose another architecture.",
    context: { setting: "network" },
  });
}
