/**
 * Counts what is asked of a WebGPU device by wrapping its calls: the same count for whoever computes on it, TensorFlow.js
 * included, which tells none of this. It refuses to know who asked: take the difference over calls of one's own.
 */

/** Since the device was metered. */
export interface DeviceCounts {
  readonly dispatches: number;
  readonly submits: number;
  /** Created; those destroyed again too. */
  readonly buffers: number;
}

export interface DeviceMeter {
  readonly counts: DeviceCounts;
}

const meters = new WeakMap<GPUDevice, DeviceMeter>();

/** One meter a device, however often it is asked for. */
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
  // Kept: a device may give another object for its queue each time.
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

/** What was asked from `before` to `after`. */
export function countsBetween(before: DeviceCounts, after: DeviceCounts): DeviceCounts {
  return {
    dispatches: after.dispatches - before.dispatches,
    submits: after.submits - before.submits,
    buffers: after.buffers - before.buffers,
  };
}
