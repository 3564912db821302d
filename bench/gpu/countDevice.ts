/** Counts what is asked of WebGPU devices, by wrapping the methods of Dawn's classes: the same for every engine. */

export interface DeviceCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  /** Writes from the processor into buffers. */
  readonly writes: number;
}

export interface DeviceMemory {
  /** Of all buffers that are not destroyed. */
  readonly bytes: number;
  readonly peakBytes: number;
}

export interface DeviceCounter {
  /** Counts while `work` runs, on all devices together. */
  during(work: () => Promise<unknown>): Promise<DeviceCounts>;
  /** Of buffers made since the counter was installed. */
  memoryOf(device: GPUDevice): DeviceMemory;
}

/** Once in a process, after Dawn's classes have become globals. */
export function installDeviceCounter(): DeviceCounter {
  const now = { dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, writes: 0 };
  const memory = new WeakMap<GPUDevice, { bytes: number; peakBytes: number }>();
  const owners = new WeakMap<GPUBuffer, GPUDevice>();
  const memoryOf = (device: GPUDevice) => {
    const known = memory.get(device) ?? { bytes: 0, peakBytes: 0 };
    memory.set(device, known);
    return known;
  };

  const [device, buffer] = [GPUDevice.prototype, GPUBuffer.prototype];
  const { createBuffer, createBindGroup } = device;
  device.createBuffer = function (descriptor) {
    now.buffers += 1;
    const created = createBuffer.call(this, descriptor);
    owners.set(created, this);
    const own = memoryOf(this);
    own.bytes += created.size;
    own.peakBytes = Math.max(own.peakBytes, own.bytes);
    return created;
  };
  device.createBindGroup = function (descriptor) {
    now.bindGroups += 1;
    return createBindGroup.call(this, descriptor);
  };
  const { destroy } = buffer;
  buffer.destroy = function () {
    const owner = owners.get(this);
    if (owner !== undefined) memoryOf(owner).bytes -= this.size;
    owners.delete(this);
    return destroy.call(this);
  };
  const pass = GPUComputePassEncoder.prototype;
  const { dispatchWorkgroups } = pass;
  pass.dispatchWorkgroups = function (...workgroups) {
    now.dispatches += 1;
    return dispatchWorkgroups.apply(this, workgroups);
  };
  const queue = GPUQueue.prototype;
  const { submit, writeBuffer } = queue;
  queue.submit = function (commands) {
    now.submits += 1;
    return submit.call(this, commands);
  };
  queue.writeBuffer = function (...written: Parameters<GPUQueue["writeBuffer"]>) {
    now.writes += 1;
    return writeBuffer.apply(this, written);
  };

  return {
    async during(work) {
      const before = { ...now };
      await work();
      return {
        dispatches: now.dispatches - before.dispatches,
        submits: now.submits - before.submits,
        bindGroups: now.bindGroups - before.bindGroups,
        buffers: now.buffers - before.buffers,
        writes: now.writes - before.writes,
      };
    },
    memoryOf: (of) => ({ ...memoryOf(of) }),
  };
}
