/**
 * Counts the calls of a WebGPU device by wrapping its methods. The count covers everyone who computes on the device, also
 * TensorFlow.js, which has no counters of its own. To count one's own calls, take the difference between two readings.
 */

/** Counted since the device was metered. */
export interface DeviceCounts {
  readonly dispatches: number;
  readonly submits: number;
  /** Buffers created, including those that were destroyed again. */
  readonly buffers: number;
}

export interface DeviceMeter {
  readonly counts: DeviceCounts;
}

const meters = new WeakMap<GPUDevice, DeviceMeter>();

/** Returns the device's only meter, which the first call creates. */
export function meterDevice(device: GPUDevice): DeviceMeter {
  const known = meters.get(device);
  if (known !== undefined) return known;
  const counts = { dispatches: 0, submits: 0, buffers: 0 };
  const meter = {
    get counts() {
      return { ...counts };
    },
  };
  meters.set(device, meter);

  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    counts.buffers += 1;
    return createBuffer(descriptor);
  };
  // The queue is kept, because `device.queue` may return another object each time.
  const { queue } = device;
  const submit = queue.submit.bind(queue);
  queue.submit = (commands) => {
    counts.submits += 1;
    return submit(commands);
  };
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (...workgroups) => {
        counts.dispatches += 1;
        return dispatchWorkgroups(...workgroups);
      };
      const dispatchIndirect = pass.dispatchWorkgroupsIndirect.bind(pass);
      pass.dispatchWorkgroupsIndirect = (...place) => {
        counts.dispatches += 1;
        return dispatchIndirect(...place);
      };
      return pass;
    };
    return encoder;
  };
  return meter;
}

/** Returns the number of calls between two readings. */
export function countsBetween(before: DeviceCounts, after: DeviceCounts): DeviceCounts {
  return {
    dispatches: after.dispatches - before.dispatches,
    submits: after.submits - before.submits,
    buffers: after.buffers - before.buffers,
  };
}
