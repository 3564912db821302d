/** Entrant: this project's compiled engine. */
import { executorOptions } from "../../../src/train/executorOptions.ts";
import { kindOf } from "../profile/kindOf.ts";
import { workOfLaunches } from "../profile/launchWork.ts";
import { openEngine } from "./openEngine.ts";
import { serveEntrant } from "./serveEntrant.ts";

serveEntrant(async ({ settings, graph, images, labels }, threads) => {
  const engine = await openEngine(executorOptions(settings, graph), threads);
  const batch = { kind: "prepared", values: images, labels, numImages: labels.length } as const;
  const { learningRate } = settings;
  return {
    async takeStep() {
      await engine.trainStep(batch, learningRate);
      return (await engine.readMetrics()).lastLoss;
    },
    async profileStep() {
      const { plan } = engine;
      if (plan === undefined) return [];
      const work = workOfLaunches(plan.buffers, plan.programs.training.steps);
      const times = (await engine.profileStep?.(batch, learningRate)) ?? [];
      return times.map(({ launch: { launch, label, phase }, milliseconds }) => ({
        label,
        phase,
        kind: kindOf(plan.buffers, launch),
        milliseconds,
        ...work(launch),
      }));
    },
  };
});
