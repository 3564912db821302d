/** Reads the stored sweeps for parts of the page that load before the sweeps do. */
import { network } from "../../core/network.ts";

/** Loads what reads them. A browser without a database has none. */
export async function storedSweeps() {
  const [{ keptSweeps }, state] = await network.untilThere("Sweeps", () =>
    Promise.all([import("./keptSweeps.ts"), import("./sweepState.ts")]),
  );
  return { ...state, sweeps: await keptSweeps.all().catch(() => []) };
}
