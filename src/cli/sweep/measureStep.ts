/** Measures steps of a network in this process, to estimate what a sweep takes before it starts. */
import type { PlannedRun } from "../../settings/sweeps/planSweep.ts";
import type { MeasuredStep } from "../../settings/sweeps/sweepCost.ts";
import { trainInTerminal } from "../training/trainInTerminal.ts";

/** The first step also opens kernels and memory, so it does not count. */
const STEPS = 4;

/** `null` when it cannot be trained; its own run will then say why. */
export async function measureStep(
  recipe: string,
  { settings, macs }: PlannedRun,
): Promise<MeasuredStep | null> {
  const times: number[] = [];
  const { kind } = await trainInTerminal(
    {
      recipe,
      settings: { ...settings, budget: "steps", steps: STEPS },
      engine: settings.engine,
      outFolder: "",
      limits: { testImages: 0, validationImages: 0 },
      predictions: false,
      json: true,
    },
    {
      onEvent: (event) => {
        if (event.type === "step.completed") times.push(event.trainMs);
      },
    },
  );
  const [first, last] = [times[0], times.at(-1)];
  if (kind === "failed" || first === undefined || last === undefined || times.length < 2)
    return null;
  return { macs: macs * settings.batchSize, stepMs: (last - first) / (times.length - 1) };
}
