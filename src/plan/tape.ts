/**
 * Records one program: the forward steps as layers are emitted, then, in reverse, the backward steps that each emitter
 * registered. The tape decides which values need a gradient and sums several gradients of one value. It knows no operation but
 * `add`.
 */
import { PlaygroundError } from "../core/errors.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { BufferId, ElementType, Phase } from "./buffers.ts";
import type { BufferTable } from "./bufferTable.ts";
import type { Step, StepDraft } from "./step.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

/** A tensor in the network, as emitters see it. */
export interface Value {
  readonly buffer: BufferId;
  /** Includes the batch axis. */
  readonly shape: Shape;
  /** False when no trained weight contributes to the value. No gradient is computed for it then. */
  readonly needsGradient: boolean;
}

/** A weight as emitters see it. */
export interface Weight {
  readonly buffer: BufferId;
  readonly shape: Shape;
  /** Undefined when the weight is not trained in this program. */
  readonly gradient: BufferId | undefined;
}

/** A moving statistic together with the batch statistic that it follows. */
interface Following {
  readonly momentum: number;
  readonly batch: BufferId;
  readonly moving: BufferId;
}

interface Pull {
  readonly output: Value;
  readonly layer: string;
  readonly emit: (dy: BufferId) => void;
}

export class Tape {
  /** False means inference: moving statistics, no dropout. */
  readonly training: boolean;
  readonly seed: number;
  readonly inputs: TrainingPlan["inputs"];
  readonly steps: Step[] = [];
  readonly following: Following[] = [];
  readonly #buffers: BufferTable;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #pulls: Pull[] = [];
  readonly #gradients = new Map<BufferId, BufferId[]>();
  #layer = "";
  #frozen = false;
  #phase: Phase = "forward";

  constructor(given: {
    readonly training: boolean;
    readonly seed: number;
    readonly inputs: TrainingPlan["inputs"];
    readonly buffers: BufferTable;
    /** Keyed by path. For inference they have no gradients. */
    readonly weights: ReadonlyMap<string, Weight>;
  }) {
    this.training = given.training;
    this.seed = given.seed;
    this.inputs = given.inputs;
    this.#buffers = given.buffers;
    this.#weights = given.weights;
  }

  /** The following steps and buffers belong to this layer. */
  enterLayer(name: string, frozen: boolean): void {
    this.#layer = name;
    this.#frozen = frozen;
  }

  /** The following steps update persistent buffers and belong to no layer. */
  enterUpdate(): void {
    this.enterLayer("", false);
    this.#phase = "update";
  }

  get layer(): string {
    return this.#layer;
  }

  /** Whether the current layer is frozen. */
  get frozen(): boolean {
    return this.#frozen;
  }

  step(draft: StepDraft): void {
    this.steps.push({ ...draft, layer: this.#layer, phase: this.#phase });
  }

  /** Looks up a weight of the current layer. */
  weight(name: string): Weight {
    const path = `${this.#layer}/${name}`;
    const weight = this.#weights.get(path);
    if (weight === undefined) {
      throw new PlaygroundError({
        code: "internal",
        where: path,
        rule: "the network has no such weight",
        remedy: "Please report this.",
      });
    }
    return weight;
  }

  optionalWeight(name: string, exists: boolean): Weight | undefined {
    return exists ? this.weight(name) : undefined;
  }

  /** Returns a view of a weight and of its gradient as one axis. */
  asVector({ buffer, shape, gradient }: Weight): Weight {
    const vector = [sizeOf(shape)];
    return {
      buffer: this.#view(buffer, vector),
      shape: vector,
      gradient: gradient === undefined ? undefined : this.#view(gradient, vector),
    };
  }

  /** Adds an output of the current layer. `part` names it where the layer has several. */
  activation(
    shape: Shape,
    from: { inputs: readonly Value[]; weights?: readonly (Weight | undefined)[] },
    part = "",
  ): Value {
    const label = part === "" ? this.#layer : `${this.#layer}/${part}`;
    const needsGradient =
      from.inputs.some((input) => input.needsGradient) ||
      (from.weights ?? []).some((weight) => weight?.gradient !== undefined);
    return { buffer: this.#buffers.add("activation", label, shape), shape, needsGradient };
  }

  batchStatistic(name: string, shape: Shape): BufferId {
    return this.#buffers.add("batch-statistic", `${this.#layer}/${name}`, shape);
  }

  saved(name: string, shape: Shape, type: ElementType = "f32"): BufferId {
    return this.#buffers.add("saved", `${this.#layer}/${name}`, shape, type);
  }

  scratch(name: string, shape: Shape): BufferId {
    return this.#buffers.add(
      "scratch",
      this.#layer === "" ? name : `${this.#layer}/${name}`,
      shape,
    );
  }

  result(name: string, shape: Shape, type: ElementType = "f32"): BufferId {
    return this.#buffers.add("result", name, shape, type);
  }

  /** Returns a view of the same contents in another shape. This emits no step, forward or backward. */
  reshape(value: Value, shape: Shape): Value {
    const view = { ...value, buffer: this.#view(value.buffer, shape), shape };
    this.onBackward(view, (dy) => this.passGradient(value, this.#view(dy, value.shape)));
    return view;
  }

  /** Registers `emit`, which runs once the gradient of `output` is complete. It never runs when no gradient is needed. */
  onBackward(output: Value, emit: (dy: BufferId) => void): void {
    if (output.needsGradient) this.#pulls.push({ output, layer: this.#layer, emit });
  }

  /** Adds a buffer for one gradient of `value`. The caller must emit a step that writes it. */
  gradientOf(value: Value): BufferId {
    const { label } = this.#buffers.at(value.buffer);
    const buffer = this.#buffers.add("activation-gradient", `d ${label}`, value.shape);
    this.passGradient(value, buffer);
    return buffer;
  }

  /** Uses an existing buffer as a gradient of `value`: it is shared, not copied. */
  passGradient(value: Value, buffer: BufferId): void {
    if (!value.needsGradient) return;
    const gradients = this.#gradients.get(value.buffer) ?? [];
    this.#gradients.set(value.buffer, [...gradients, buffer]);
  }

  /** Emits all backward steps. `lossGradient` comes first and emits the gradient of the network's output. */
  runBackward(lossGradient: () => void): void {
    this.#phase = "backward";
    lossGradient();
    for (const { output, layer, emit } of this.#pulls.toReversed()) {
      this.#layer = layer;
      const gradient = this.#sum(output);
      if (gradient !== undefined) emit(gradient);
    }
  }

  #sum(value: Value): BufferId | undefined {
    const gradients = this.#gradients.get(value.buffer) ?? [];
    const [only] = gradients;
    if (only === undefined || gradients.length === 1) return only;
    const label = `d ${this.#buffers.at(value.buffer).label}`;
    const y = this.#buffers.add("activation-gradient", label, value.shape);
    this.step({ op: "add", inputs: { terms: gradients }, outputs: { y }, attributes: {} });
    return y;
  }

  #view(buffer: BufferId, shape: Shape): BufferId {
    const source = this.#buffers.at(buffer);
    if (sizeOf(source.shape) !== sizeOf(shape))
      throw new RangeError("a view has the size of its source");
    return this.#buffers.addView(source, shape);
  }
}
