/** The executor on a graphics card, with its methods beyond those of `PlanExecutor`. */
import { copyPlaces, type DeviceWeights, type WeightsOnDevice } from "../copyWeights.ts";
import type { Batch, ExecutorOptions, ExecutorState, StepWork } from "../executor.ts";
import { PlanExecutor } from "../plan/planExecutor.ts";
import { stateBuffers } from "../plan/planState.ts";
import { type BoundProgram, bindProgram } from "./boundProgram.ts";
import { type CompileProgress, ComputeDevice, type MachineCounts } from "./computeDevice.ts";
import type { OpenDevice } from "./openDevice.ts";
import { LONGEST_SUBMIT_MS } from "./pacing.ts";
import { type ProbedKernels, probeKernels } from "./probeKernels.ts";
import { type DispatchTime, WebgpuMachine } from "./webgpuMachine.ts";

/**
 * @param open is closed with the executor, or when this function throws.
 * @param longestSubmitMs steps that take longer are divided into several submits.
 * @throws PlaygroundError `network.*`, `engine.out-of-memory`, `internal` for a kernel that does not compile
 */
export async function createWebgpuExecutor(
  options: ExecutorOptions,
  open: OpenDevice,
  onProgress?: CompileProgress,
  longestSubmitMs: number = LONGEST_SUBMIT_MS,
): Promise<WebgpuExecutor> {
  const compute = new ComputeDevice(open);
  try {
    const main = await bindProgram(options, "training", compute, onProgress);
    const machine = new WebgpuMachine(options, open, compute, main, longestSubmitMs);
    return new WebgpuExecutor(options, machine);
  } catch (error) {
    compute.close();
    throw error;
  }
}

export class WebgpuExecutor
  extends PlanExecutor<BoundProgram, WebgpuMachine>
  implements WeightsOnDevice
{
  /**
   * Before the first step, compares what the kernels of a step compute with float64. Afterwards the weights are the initial
   * ones.
   *
   * @throws PlaygroundError `engine.unavailable` for a kernel that computes something else
   */
  async probe(): Promise<ProbedKernels> {
    const probed = await probeKernels(this.machine.main, this.machine.compute);
    this.writeInitialWeights();
    return probed;
  }

  /** Counted for the run's own batch size, without the preparation of its images. */
  get dispatchesPerStep(): number {
    return this.machine.main.dispatches.length;
  }

  /** Says which kernels this device uses where there is a choice. */
  get productWords(): string {
    return this.machine.compute.productWords;
  }

  /** The device objects created and the work submitted so far. */
  get counts(): MachineCounts {
    return this.machine.compute.counts;
  }

  get stepWork(): StepWork | undefined {
    return this.machine.stepWork;
  }

  /** Takes a training step and measures each dispatch on the device. */
  profileStep(batch: Batch, learningRate: number): Promise<readonly DispatchTime[]> {
    return this.step(batch, learningRate, (program, given) => this.machine.profile(program, given));
  }

  /** In mixed precision the device stores gradients multiplied by the loss scale. This method divides by it. */
  override async gradients(batch: Batch): Promise<ReadonlyMap<string, Float32Array>> {
    const gradients = await super.gradients(batch);
    const { scale } = (await this.machine.readLossScale()) ?? { scale: 1 };
    if (scale === 1) return gradients;
    return new Map(
      [...gradients].map(([path, scaled]) => [path, scaled.map((value) => value / scale)]),
    );
  }

  deviceWeights(): DeviceWeights {
    return { device: this.machine.compute.device, places: this.machine.weightPlaces() };
  }

  takeDeviceWeights({ device, places }: DeviceWeights): void {
    this.machine.compute.ask(() => copyPlaces(device, places, this.machine.weightPlaces()));
  }

  protected override readVectors(): Promise<ExecutorState["vectors"]> {
    return this.machine.readState(stateBuffers(this.plan));
  }

  protected override writeVectors(vectors: ExecutorState["vectors"]): void {
    super.writeVectors(this.machine.writeLossScale(vectors));
  }
}
