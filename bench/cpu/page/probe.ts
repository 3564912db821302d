/** One thread of the probe: it runs the probe's kernels at the same time as the other threads. */
import type { ProbeTask } from "../probe/probeTask.ts";

self.onmessage = async ({ data }: MessageEvent<ProbeTask>) => {
  const { module, kind, rounds, numBytes, gate, threads } = data;
  const instance = await WebAssembly.instantiate(module);
  const { memory, multiplyAdd, copy } = instance.exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("the probe has no memory");
  if (typeof multiplyAdd !== "function" || typeof copy !== "function")
    throw new Error("the probe lacks a kernel");
  const first = memory.buffer.byteLength;
  memory.grow(Math.ceil((2 * numBytes) / 65_536));
  new Uint8Array(memory.buffer).fill(1, first);
  const work =
    kind === "multiplyAdd"
      ? () => multiplyAdd(rounds)
      : () => copy(first, first + numBytes, numBytes, rounds);
  work();

  const waiting = new Int32Array(gate);
  Atomics.add(waiting, 0, 1);
  while (Atomics.load(waiting, 0) < threads);
  const start = performance.now();
  work();
  self.postMessage(performance.now() - start);
};
