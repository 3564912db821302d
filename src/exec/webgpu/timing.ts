/**
 * Measures how long groups of dispatches take on the device. It uses the device's own clock (`timestamp-query`) if there is
 * one. Otherwise it uses the page's clock with one submit per group, which includes the round trip to the device.
 */
import { append } from "../../core/numbers.ts";
import { type BoundList, encodePass } from "./computeDevice.ts";

export interface GroupTimes {
  /** `submits` measures from submitting to completion, which includes a round trip of 0.1 ms or more. */
  readonly clock: "timestamps" | "submits";
  /** Milliseconds of each group, in the given order. */
  readonly ms: readonly number[];
}

/** The maximum that every device allows. Each group needs two. */
const MOST_QUERIES = 4096;
const QUERY_BYTES = 8;

/**
 * Runs the groups in order, each once, and waits for the device. A browser may round the device's clock to 0.1 ms, so a group
 * should take longer: repeat its dispatches.
 *
 * @throws Error when the device is lost meanwhile.
 */
export async function timeGroups(
  device: GPUDevice,
  groups: readonly BoundList[],
): Promise<GroupTimes> {
  if (!device.features.has("timestamp-query"))
    return { clock: "submits", ms: await timeBySubmits(device, groups) };
  const most = MOST_QUERIES / 2;
  const ms: number[] = [];
  for (let first = 0; first < groups.length; first += most)
    append(ms, await timeByTimestamps(device, groups.slice(first, first + most)));
  return { clock: "timestamps", ms };
}

/** Uses one pass for each group, with a timestamp at both ends. */
async function timeByTimestamps(
  device: GPUDevice,
  groups: readonly BoundList[],
): Promise<readonly number[]> {
  const count = 2 * groups.length;
  const size = count * QUERY_BYTES;
  const querySet = device.createQuerySet({ label: "timing", type: "timestamp", count });
  const resolved = device.createBuffer({ label: "timing", size, usage: RESOLVED_USAGE });
  const staging = device.createBuffer({ label: "timing, read", size, usage: STAGING_USAGE });
  try {
    const encoder = device.createCommandEncoder({ label: "timing" });
    groups.forEach((group, index) => {
      const [beginningOfPassWriteIndex, endOfPassWriteIndex] = [2 * index, 2 * index + 1];
      const timestampWrites = { querySet, beginningOfPassWriteIndex, endOfPassWriteIndex };
      encodePass(encoder, [group], { label: "timing", timestampWrites });
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ);
    const stamps = new BigUint64Array(staging.getMappedRange());
    return groups.map((_, index) => {
      const [begin = 0n, end = 0n] = stamps.subarray(2 * index, 2 * index + 2);
      // A device that resets its clock gives an end before the beginning.
      return end > begin ? Number(end - begin) / 1e6 : 0;
    });
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
}

async function timeBySubmits(
  device: GPUDevice,
  groups: readonly BoundList[],
): Promise<readonly number[]> {
  await device.queue.onSubmittedWorkDone();
  const ms: number[] = [];
  for (const group of groups) {
    const encoder = device.createCommandEncoder({ label: "timing" });
    encodePass(encoder, [group], { label: "timing" });
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    ms.push(performance.now() - start);
  }
  return ms;
}

// The values in the specification, because Node has no such globals.
const MAP_READ = 0x1;
const STAGING_USAGE = 0x1 | 0x8;
const RESOLVED_USAGE = 0x200 | 0x4;
