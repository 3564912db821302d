/** The worker's side of an entrant: it answers the bench's requests, one at a time. */

import type { BenchNetwork } from "../../network.ts";
import type { LaunchTime } from "../../profile/launchTime.ts";
import { CHECKED_STEPS, type EntrantReply, type EntrantRequest } from "../entrant.ts";

/** A network that trains on the bench's batch. */
export interface Training {
  /** Takes a step and returns its loss. */
  takeStep(): Promise<number>;
  /** Takes a step and returns the time of each launch. The launches are always the same. */
  profileStep?(): Promise<readonly LaunchTime[]>;
}

export function serveEntrant(
  build: (network: BenchNetwork, threads: number) => Promise<Training>,
): void {
  let training: Training | undefined;
  const answer = async (request: EntrantRequest): Promise<EntrantReply> => {
    if (request.kind === "prepare") {
      training = await build(request.network, request.threads);
      const losses: number[] = [];
      for (let step = 0; step < CHECKED_STEPS; step += 1) losses.push(await training.takeStep());
      return { ok: true, numbers: losses };
    }
    if (training === undefined) throw new Error("asked to run before a network was built");
    return request.kind === "run"
      ? { ok: true, numbers: await timeSteps(training, request.steps) }
      : { ok: true, launches: (await training.profileStep?.()) ?? [] };
  };
  self.onmessage = async ({ data }: MessageEvent<EntrantRequest>) => {
    try {
      reply(await answer(data));
    } catch (error) {
      reply({ ok: false, reason: error instanceof Error ? error.message : String(error) });
    }
  };
}

function reply(message: EntrantReply): void {
  self.postMessage(message);
}

async function timeSteps(training: Training, steps: number): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const start = performance.now();
    const loss = await training.takeStep();
    milliseconds.push(performance.now() - start);
    if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`);
  }
  return milliseconds;
}
