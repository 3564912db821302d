/** Entrant: this project's compiled engine on WebGPU. */
import { openDevice } from "../../src/exec/webgpu/openDevice.ts";
import { createWebgpuExecutor } from "../../src/exec/webgpu/webgpuExecutor.ts";
import type { DispatchTime } from "../../src/exec/webgpu/webgpuMachine.ts";
import type { Launch } from "../../src/plan/marks.ts";
import { type Plan, programOf } from "../../src/plan/trainingPlan.ts";
import { executorOptions } from "../../src/train/engine/executorOptions.ts";
import { kindOf } from "../profile/kindOf.ts";
import type { LaunchTime } from "../profile/launchTime.ts";
import { workOfLaunches } from "../profile/launchWork.ts";
import { countDevice } from "./countDevice.ts";
import type { Build, CompiledTraining, KernelTime } from "./entrant.ts";
import type { Adapter } from "./openAdapter.ts";

export function compiledEntrant({ gpu }: Adapter): Build<CompiledTraining> {
  return async ({ settings, graph, images, labels }) => {
    const open = await openDevice(gpu);
    const counted = countDevice(open.device);
    const engine = await createWebgpuExecutor(executorOptions(settings, graph), open);
    const batch = { kind: "prepared", values: images, labels, numImages: labels.length } as const;
    const { learningRate } = settings;
    const readLoss = async () => (await engine.readMetrics()).lastLoss;
    return {
      async takeStep() {
        await engine.trainStep(batch, learningRate);
        return readLoss();
      },
      counted,
      async streamSteps(steps) {
        for (let step = 0; step < steps; step += 1) await engine.trainStep(batch, learningRate);
        await readLoss();
      },
      async profileStep() {
        const times = await engine.profileStep(batch, learningRate);
        await readLoss();
        const clock = times[0]?.clock ?? "submits";
        return { clock, launches: launchTimes(engine.plan, times), kernels: kernelTimes(times) };
      },
      release: () => engine.dispose(),
    };
  };
}

/**
 * Sums the times of the dispatches of a launch. Dispatches outside of any launch, which sum partial gradients, are listed one
 * by one.
 */
function launchTimes(plan: Plan, times: readonly DispatchTime[]): readonly LaunchTime[] {
  const { buffers } = plan;
  const work = workOfLaunches(buffers, programOf(plan, "training").steps);
  const groups = new Map<Launch | DispatchTime, [DispatchTime, ...DispatchTime[]]>();
  for (const time of times) {
    const key = time.dispatch.launch ?? time;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [time]);
    else known.push(time);
  }
  return [...groups.values()].map((members) => {
    const { label, phase, launch } = members[0].dispatch;
    return {
      label,
      phase,
      kind: launch === undefined ? "sums of parts" : kindOf(buffers, launch),
      milliseconds: members.reduce((sum, { ms }) => sum + ms, 0),
      ...(launch === undefined ? { flops: 0, bytes: 0 } : work(launch)),
    };
  });
}

function kernelTimes(times: readonly DispatchTime[]): readonly KernelTime[] {
  const kernels = new Map<string, { dispatches: number; milliseconds: number }>();
  for (const { dispatch, ms } of times) {
    const name = `${dispatch.phase} ${dispatch.name}`;
    const { dispatches, milliseconds } = kernels.get(name) ?? { dispatches: 0, milliseconds: 0 };
    kernels.set(name, { dispatches: dispatches + 1, milliseconds: milliseconds + ms });
  }
  return [...kernels]
    .map(([name, kernel]) => ({ name, ...kernel }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}
