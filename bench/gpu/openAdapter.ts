/** WebGPU in Node for all entrants: Dawn, with its classes as the globals that TensorFlow.js expects of a browser. */
import { openDawn } from "../../src/cli/openDawn.ts";

export interface Adapter {
  readonly gpu: GPU;
  readonly description: AdapterDescription;
}

/** The adapter's own description. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly features: readonly string[];
}

/** @throws PlaygroundError `engine.unavailable` without Dawn; Error without an adapter. */
export async function openAdapter(): Promise<Adapter> {
  const gpu = await openDawn();
  const { globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  // Node 20 has no `navigator`; later versions have a read-only one.
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null)
    throw new Error(
      "gpu: Dawn finds no adapter. On Linux, install the graphics card's Vulkan driver.",
    );
  const { vendor, architecture, device, description } = adapter.info;
  const features = [...adapter.features].toSorted();
  return {
    gpu,
    description: { vendor, architecture, device, description, features },
  };
}
