/** Counts the calls to a device and the memory it holds, for any entrant: the meter of the engines, plus memory. */
import {
  countsBetween,
  type DeviceCounts,
  meterDevice,
} from "../../src/exec/device/deviceMeter.ts";

export interface StepCounts extends DeviceCounts {
  readonly bindGroups: number;
}

export interface DeviceMemory {
  /** The size of all buffers that are not destroyed. */
  readonly bytes: number;
  readonly peakBytes: number;
}

export interface CountedDevice {
  /** Counts the calls to the device while `work` runs. */
  during(work: () => Promise<unknown>): Promise<StepCounts>;
  memory(): DeviceMemory;
}

/** Counts from now on. */
export function countDevice(device: GPUDevice): CountedDevice {
  const meter = meterDevice(device);
  const now = { bindGroups: 0, bytes: 0, peakBytes: 0 };
  const createBindGroup = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    now.bindGroups += 1;
    return createBindGroup(descriptor);
  };
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    let { size } = buffer;
    now.bytes += size;
    now.peakBytes = Math.max(now.peakBytes, now.bytes);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      now.bytes -= size;
      // A buffer that is destroyed twice must be subtracted only once.
      size = 0;
      return destroy();
    };
    return buffer;
  };
  return {
    async during(work) {
      const [counts, { bindGroups }] = [meter.counts, { ...now }];
      await work();
      return {
        ...countsBetween(counts, meter.counts),
        bindGroups: now.bindGroups - bindGroups,
      };
    },
    memory: () => ({ bytes: now.bytes, peakBytes: now.peakBytes }),
  };
}
