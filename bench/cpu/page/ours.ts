/** Entrant: this project's compiled engine. */

import { openWasmExecutor } from "../../../src/exec/wasm/openWasmExecutor.ts";
import { programOf } from "../../../src/plan/trainingPlan.ts";
import { executorOptions } from "../../../src/train/engine/executorOptions.ts";
import { kindOf } from "../../profile/kindOf.ts";
import { workOfLaunches } from "../../profile/launchWork.ts";
import { serveEntrant } from "./serveEntrant.ts";

serveEntrant(async ({ settings, graph, images, labels }, threads) => {
  const options = executorOptions(settings, graph);
  const { executor: engine } = await openWasmExecutor(options, { threads, reproducible: false });
  const batch = { kind: "prepared", values: images, labels, numImages: labels.length } as const;
  const { learningRate } = settings;
  return {
    async takeStep() {
      await engine.trainStep(batch, learningRate);
      return (await engine.readMetrics()).lastLoss;
    },
    async profileStep() {
      const { plan } = engine;
      const work = workOfLaunches(plan.buffers, programOf(plan, "training").steps);
      const times = await engine.profileStep(batch, learningRate);
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
