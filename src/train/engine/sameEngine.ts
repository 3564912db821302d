/** One engine for the networks of a race that leave it open: what is compared is the networks, by one clock. */
import type { Settings } from "../../settings/settings.ts";
import type { RunEnvironment } from "../loop/prepareRun.ts";

type SelectEngine = RunEnvironment["selectEngine"];

/** The first network that leaves it open decides; one with an engine set by hand keeps it. */
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
