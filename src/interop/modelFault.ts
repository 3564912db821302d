/** The errors about model files. Each names the file and the place in it. */
import { PlaygroundError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";

export interface ModelFault {
  readonly rule: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
}

/** @param where the file, or the file and the layer: `model.h5, layer conv2d_1`. */
export function wrongModel(where: string, fault: ModelFault, cause?: unknown): PlaygroundError {
  return new PlaygroundError(
    { code: "file.invalid", where, ...fault, context: { file: where } },
    { cause },
  );
}

/** A layer of a file in which some layer cannot be opened. */
export interface FileLayer {
  readonly name: string;
  readonly type: string;
  /** Of its output for one image; undefined where it is unknown, as after a refused layer. */
  readonly shape?: Shape | undefined;
  /** Why it is refused. */
  readonly reason?: string | undefined;
}

/** Keyed by the error that refuses the file. */
const listed = new WeakMap<Error, readonly FileLayer[]>();

/** Returns all layers of the file that an error refuses, where they could be read. */
export function layersOf(error: unknown): readonly FileLayer[] | undefined {
  return error instanceof Error ? listed.get(error) : undefined;
}

/** Collects what is refused, so that one look at a file shows all of it. */
export class Refusals {
  readonly #errors = new Map<string, PlaygroundError>();

  /** Runs what may refuse a layer. @returns undefined when it is refused. */
  attempt<T>(name: string, open: () => T): T | undefined {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof PlaygroundError)) throw error;
      this.#errors.set(name, error);
      return undefined;
    }
  }

  get any(): boolean {
    return this.#errors.size > 0;
  }

  /** @throws PlaygroundError the first refusal, if there is one. `layersOf` gives the layers with their reasons. */
  conclude(layers: () => readonly FileLayer[]): void {
    const [first] = this.#errors.values();
    if (first === undefined) return;
    listed.set(
      first,
      layers().map((layer) => ({ ...layer, reason: reasonOf(this.#errors.get(layer.name)) })),
    );
    throw first;
  }
}

/** The rule alone, because the table names the layer. */
function reasonOf(error: PlaygroundError | undefined): string | undefined {
  if (error === undefined) return undefined;
  const { message, context } = error;
  const rule = message.slice(`${context.where}: `.length);
  return rule.split(/; expected|[.] /)[0];
}
