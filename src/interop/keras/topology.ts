/**
 * Reads the configuration of a Keras model (1.x to 3.x, as TensorFlow.js writes it too) into a flat list of layers with their
 * inputs. Models within models are flattened: the layers inside get the path of the models around them as their name.
 *
 * The format is described by what Keras' `Model.get_config` and `Sequential.get_config` return in each version.
 */
import type { Shape } from "../../core/shape.ts";
import { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";

/** One layer of a model file at one place of the network. */
export interface KerasNode {
  /** Unique: the layer's name, after those of the models around it: `mobilenet/conv1`. */
  readonly name: string;
  /** The names of the models around it, outermost first, and the layer's own. */
  readonly path: readonly string[];
  readonly className: string;
  readonly config: Config;
  /** Names of nodes. */
  readonly inputs: readonly string[];
  /** The node of the same layer that has the weights, where the layer is used again. */
  readonly original: string | undefined;
}

export interface KerasTopology {
  readonly name: string;
  /** In topological order. The first is the input. */
  readonly nodes: readonly KerasNode[];
  readonly inputShape: Shape;
  /** What of the file is left out: a sentence each. */
  readonly notes: readonly string[];
}

/** Enough for every real network, and few enough that a hostile file is refused before it fills the memory. */
const MAX_LAYERS = 10_000;
const MAX_DEPTH = 16;

const MODEL_CLASSES = new Set(["Sequential", "Functional", "Model", "Container", "Network"]);

/**
 * @param config of the model: `{class_name, config}`.
 * @param images the shape of the images that will be given, for a model that leaves their sides open.
 * @throws PlaygroundError `file.invalid`
 */
export function readTopology(config: Config, where: string, images?: Shape): KerasTopology {
  const className = config.text("class_name");
  if (!MODEL_CLASSES.has(className)) {
    throw wrongModel(where, {
      rule: "the model is of a class of its own, whose program is not in the file",
      expected: "a Sequential or a functional model",
      got: className,
      remedy: "Rebuild it as a functional model of Keras' own layers, and save that.",
    });
  }
  const reader = new Reader(where);
  const output = reader.model(config, [], undefined);
  const nodes = reader.upTo(output);
  const [input] = nodes;
  if (input?.className !== INPUT)
    throw reader.wrong(
      "the model has no input",
      "one input",
      "none",
      "Save it after it was built.",
    );
  const { shape, isOpen } = inputShapeOf(input.config, images);
  const [first = 1, second = 1, third = 1] = shape;
  const note = `The file leaves the sides of images open. Here an image has ${first} x ${second} x ${third} values.`;
  return {
    name: reader.nameOf(config),
    nodes,
    inputShape: shape,
    notes: isOpen ? [note, ...reader.notes] : reader.notes,
  };
}

const INPUT = "InputLayer";

class Reader {
  readonly #where: string;
  readonly #nodes = new Map<string, KerasNode>();
  readonly #notes: string[] = [];
  /** Later uses of layers and models -> their first uses. */
  readonly #reused = new Map<string, string>();

  constructor(where: string) {
    this.#where = where;
  }

  /**
   * Adds the layers of a model.
   * @param given the node that the model reads; undefined for the outermost model, which has an input of its own.
   * @returns the node that gives the model's output.
   */
  model(model: Config, path: readonly string[], given: string | undefined): string {
    if (path.length > MAX_DEPTH)
      throw this.wrong("models lie within each other", `${MAX_DEPTH} levels at most`, "more");
    return model.text("class_name") === "Sequential"
      ? this.#sequential(model, path, given)
      : this.#functional(model.object("config"), path, given);
  }

  /** Keras calls a Sequential without a name `sequential`. Keras 1 and 2.0 to 2.2 store only its list of layers. */
  nameOf(model: Config): string {
    const config = model.value("config");
    return Array.isArray(config)
      ? "sequential"
      : new Config(config, this.#where).text("name", "model");
  }

  get notes(): readonly string[] {
    const shared = [...this.#reused].map(
      ([again, first]) =>
        `${first} is used in several places: ${again} starts with the same weights, and is trained apart from it.`,
    );
    return [...this.#notes, ...shared];
  }

  /** Returns the nodes that lead to `output`, in topological order; other nodes change no prediction. */
  upTo(output: string): readonly KerasNode[] {
    const needed = this.#neededFor(output);
    return [...this.#nodes.values()].filter(({ name }) => needed.has(name));
  }

  wrong(
    rule: string,
    expected: string,
    got: string,
    remedy = "Save a model of Keras' own layers with one input and one output.",
  ): Error {
    return wrongModel(this.#where, { rule, expected, got, remedy });
  }

  #sequential(model: Config, path: readonly string[], given: string | undefined): string {
    const value = model.value("config");
    const config = Array.isArray(value) ? undefined : new Config(value, this.#where);
    const layers = Array.isArray(value) ? value : (config?.list("layers") ?? []);
    let previous = given;
    for (const [index, value] of layers.entries()) {
      const layer = this.#config(value);
      const isInput = layer.text("class_name") === INPUT;
      if (isInput && given !== undefined && index === 0) continue;
      if (previous === undefined && !isInput) {
        const shape = firstShape(layer) ?? config?.value("build_input_shape");
        if (shape !== undefined) previous = this.#input([...path, "input"], shape);
        // Otherwise the first layer is a model, which brings an input of its own.
      }
      previous = this.#layer(layer, path, previous === undefined ? [] : [previous]);
    }
    if (previous === undefined) throw this.wrong("the model has no layers", "at least one", "none");
    return previous;
  }

  #functional(config: Config, path: readonly string[], given: string | undefined): string {
    const layers = config.list("layers").map((layer) => this.#config(layer));
    const [input, ...moreInputs] = connections(config.value("input_layers"));
    const outputs = connections(config.value("output_layers"));
    if (input === undefined || moreInputs.length > 0 || outputs.length === 0)
      throw this.wrong(
        `the model ${path.join("/")} does not have one input`.replace("  ", " "),
        "one input and one output",
        `${moreInputs.length + (input === undefined ? 0 : 1)} and ${outputs.length}`,
      );
    /** The uses of layers in this model -> the nodes that give their outputs. */
    const nodes = new Map<string, string>();
    // Keras lists layers in topological order; a file of another program may not.
    const uses = layers.flatMap((layer) => this.#usesOf(layer));
    const references = [...uses.flatMap(({ inputs }) => inputs), input, ...outputs];
    const keyOf = keysFor(uses, references);
    let waiting: readonly LayerUse[] = uses;
    while (waiting.length > 0) {
      const left: LayerUse[] = [];
      for (const use of waiting) {
        const { layer, name, number } = use;
        const isGiven =
          given !== undefined && name === input.layer && layer.text("class_name") === INPUT;
        const sources = isGiven ? [] : use.inputs.flatMap((one) => nodes.get(keyOf(one)) ?? []);
        if (!isGiven && sources.length < use.inputs.length) left.push(use);
        else
          nodes.set(
            `${name}:${number}`,
            isGiven ? given : this.#layer(layer, path, sources, number),
          );
      }
      if (left.length === waiting.length)
        throw this.wrong(
          "layers read each other in a circle",
          "a network without circles",
          String(left[0]?.name),
        );
      waiting = left;
    }
    return this.#lastOf(outputs.flatMap((one) => nodes.get(keyOf(one)) ?? []));
  }

  /** A layer that is called several times has a node for each call. */
  #usesOf(layer: Config): readonly LayerUse[] {
    const name = this.#layerName(layer);
    const inbound = layer.value("inbound_nodes");
    const calls: readonly unknown[] =
      Array.isArray(inbound) && inbound.length > 0 ? inbound : [undefined];
    return calls.map((call, number) => ({
      layer,
      name,
      number,
      inputs: call === undefined ? [] : connections(call),
    }));
  }

  /**
   * A model may give the values of inner layers beside its result, for people who look at them. Then one output depends on all
   * the others.
   */
  #lastOf(outputs: readonly string[]): string {
    const last = outputs.find((one) => {
      const needed = this.#neededFor(one);
      return outputs.every((other) => needed.has(other));
    });
    if (last === undefined)
      throw this.wrong("the model has several outputs", "one", outputs.join(", ") || "none");
    for (const other of outputs)
      if (other !== last)
        this.#notes.push(`The output ${other} is left out: it is an inner layer of ${last}.`);
    return last;
  }

  #neededFor(output: string): ReadonlySet<string> {
    const needed = new Set<string>();
    const pending = [output];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      for (const input of this.#nodes.get(name)?.inputs ?? []) pending.push(input);
    }
    return needed;
  }

  /** @param number counts the calls of the layer from 0. */
  #layer(layer: Config, path: readonly string[], inputs: readonly string[], number = 0): string {
    const className = layer.text("class_name");
    const own = this.#layerName(layer);
    const name = number === 0 ? own : `${own}/use${number + 1}`;
    if (number > 0) this.#reused.set([...path, name].join("/"), [...path, own].join("/"));
    if (MODEL_CLASSES.has(className)) {
      if (inputs.length > 1)
        throw this.wrong(`the model ${name} has several inputs`, "one", String(inputs.length));
      return this.model(layer, [...path, name], inputs[0]);
    }
    const config = layer.object("config");
    return this.#add({ path: [...path, name], className, config, inputs, original: undefined });
  }

  /** Sequential models of Keras 1 and 2 have no input layer; the first layer says the shape. */
  #input(path: readonly string[], shape: unknown): string {
    const config = new Config({ name: path.at(-1), batch_input_shape: shape }, this.#where);
    return this.#add({ path, className: INPUT, config, inputs: [], original: undefined });
  }

  #add(node: Omit<KerasNode, "name">): string {
    const name = node.path.join("/");
    if (this.#nodes.has(name))
      throw this.wrong("two layers have one name", "a name for each", name);
    if (this.#nodes.size >= MAX_LAYERS)
      throw this.wrong("the model has too many layers", `${MAX_LAYERS} at most`, "more");
    const config = new Config(
      Object.fromEntries(node.config.keys.map((key) => [key, node.config.value(key)])),
      `${this.#where}, layer ${name}`,
    );
    this.#nodes.set(name, { ...node, name, config, original: this.#originalOf(name) });
    return name;
  }

  /** A layer or a model around it may be used again; then the first use has the weights. */
  #originalOf(name: string): string | undefined {
    for (const [again, first] of this.#reused) {
      if (name !== again && !name.startsWith(`${again}/`)) continue;
      const original = `${first}${name.slice(again.length)}`;
      // What is used again may itself be in a model that is used again.
      return this.#originalOf(original) ?? original;
    }
    return undefined;
  }

  #layerName(layer: Config): string {
    if (layer.has("name")) return layer.text("name");
    const config = layer.value("config");
    if (Array.isArray(config)) return "sequential";
    return new Config(config, this.#where).text("name");
  }

  #config(value: unknown): Config {
    return new Config(value, this.#where);
  }
}

/** One call of a layer. */
interface LayerUse {
  readonly layer: Config;
  readonly name: string;
  /** Counts from 0. */
  readonly number: number;
  readonly inputs: readonly Connection[];
}

interface Connection {
  readonly layer: string;
  /** Which call of the layer. */
  readonly node: number;
}

/**
 * Returns what finds the call that a connection names. A model counts its own making as call 0 in some versions of Keras, so
 * that its first use is call 1; that of a layer is call 0.
 */
function keysFor(uses: readonly LayerUse[], references: readonly Connection[]) {
  const calls = new Map<string, number>();
  for (const { name } of uses) calls.set(name, (calls.get(name) ?? 0) + 1);
  const shifted = new Set(
    references.flatMap(({ layer, node }) => (node === calls.get(layer) ? [layer] : [])),
  );
  return ({ layer, node }: Connection): string => {
    const call = calls.get(layer) === 1 ? 0 : node - (shifted.has(layer) ? 1 : 0);
    return `${layer}:${call}`;
  };
}

/**
 * Finds the layers that a node reads. Keras 1 and 2 and TensorFlow.js write `[["conv1", 0, 0, {}]]` or a single
 * `["conv1", 0, 0]`; Keras 3 writes `{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["conv1", 0, 0]}}]}`.
 */
function connections(value: unknown): readonly Connection[] {
  if (Array.isArray(value)) {
    const [layer, node, tensor] = value;
    if (typeof layer === "string" && typeof node === "number" && typeof tensor === "number")
      return [{ layer, node }];
    return value.flatMap(connections);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "kwargs" || key === "class_name" ? [] : connections(inner),
  );
}

function firstShape(layer: Config): unknown {
  const config = layer.value("config");
  if (typeof config !== "object" || config === null || Array.isArray(config)) return undefined;
  return new Config(config, layer.where).value("batch_input_shape", "batch_shape");
}

/** The sides of images where neither the file nor a person says them: large enough for most networks that take any. */
const OPEN_SIDE = 96;

/** @throws PlaygroundError `file.invalid` unless every side but the batch's is known, or those of an image are open. */
function inputShapeOf(config: Config, images: Shape | undefined) {
  const batch = config.list("batch_input_shape", "batch_shape");
  const sides = batch.slice(1);
  const open = sides.filter((side) => side === null || side === undefined).length;
  const given = images?.length === sides.length ? images : undefined;
  const shape =
    sides.length === 3 && open < 3
      ? sides.map((side, axis) => side ?? given?.[axis] ?? OPEN_SIDE)
      : sides;
  if (shape.length >= 1 && shape.length <= 3 && shape.every(isSide))
    return { shape, isOpen: open > 0 };
  throw wrongModel(config.where, {
    rule: "the input is not an image or a vector of a fixed size",
    expected: "[batch, height, width, channels] with numbers",
    got: JSON.stringify(batch),
    remedy: "Save the model with an input of a fixed size.",
  });
}

function isSide(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
