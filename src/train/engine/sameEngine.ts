/**
 * Gives all networks of a race whose engine is Automatic the same engine, so that the race compares networks and not engines.
 */
import type { Settings } from "../../settings/settings.ts";
import type { RunEnvironment } from "../loop/prepareRun.ts";

type SelectEngine = RunEnvironment["selectEngine"];

/** The first network with an automatic engine decides. A network with an engine chosen by hand keeps it. */
export function sameEngine(select: SelectEngine): SelectEngine {
  let decided: Settings["engine"] | undefined;
  return async (settings, options, tell) => {
    const isOpen = settings.engine === "automatic" && settings.tfjsBackend === "automatic";
    if (!isOpen) return select(settings, options, tell);
    if (decided !== undefined) {
      const chosen = await select({ ...settings, engine: decided }, options, tell);
      return { ...chosen, reason: "The engine of the network beside it, so that they compare." };
    }
    const chosen = await select(settings, options, tell);
    const { engine } = chosen.executor.info;
    if (engine !== "reference") decided = engine;
    return chosen;
  };
}
