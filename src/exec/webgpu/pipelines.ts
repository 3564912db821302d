/**
 * Caches a device's compiled kernels, one for each distinct source text, and its bind group layouts, one for each list of
 * access modes.
 */
import { deviceFault } from "./deviceFaults.ts";
import type { Binding, Dispatch } from "./dispatch.ts";

/** A dispatch with a name for error messages. */
export type LabelledDispatch = Dispatch & { readonly label: string };

/** The value in the specification, because Node has no such global. */
const COMPUTE_STAGE = 0x4;

export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get size(): number {
    return this.#pipelines.size;
  }

  /** @throws PlaygroundError `internal` with the name of the kernel that does not compile. */
  pipelineFor(dispatch: LabelledDispatch): Promise<GPUComputePipeline> {
    const known = this.#pipelines.get(dispatch.code);
    if (known !== undefined) return known;
    const pipeline = this.#compile(dispatch);
    this.#pipelines.set(dispatch.code, pipeline);
    return pipeline;
  }

  layoutFor(bindings: readonly Binding[]): GPUBindGroupLayout {
    const key = bindings.map(({ access }) => access).join();
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const layout = this.#device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: COMPUTE_STAGE, buffer: { type: "uniform" } },
        ...bindings.map(
          ({ access }, at): GPUBindGroupLayoutEntry => ({
            binding: at + 1,
            visibility: COMPUTE_STAGE,
            buffer: { type: access === "read" ? "read-only-storage" : "storage" },
          }),
        ),
      ],
    });
    this.#layouts.set(key, layout);
    return layout;
  }

  async #compile({ name, label, code, bindings }: LabelledDispatch): Promise<GPUComputePipeline> {
    const device = this.#device;
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: name, code });
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layoutFor(bindings)] });
    // A lost device rejects this promise, which must not count as an unhandled rejection.
    const scope = device.popErrorScope().catch(() => null);
    try {
      return await device.createComputePipelineAsync({ label: name, layout, compute: { module } });
    } catch (error) {
      const why =
        (await scope)?.message ?? (error instanceof Error ? error.message : String(error));
      throw deviceFault(`${label} does not compile: ${why}`);
    } finally {
      await scope;
    }
  }
}
