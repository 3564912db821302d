/**
 * Chooses the backend of a TensorFlow.js run: by hand, or the first of WebGPU, WebGL and CPU that starts and computes
 * correctly. Every skipped backend is reported with its reason.
 */
import { PlaygroundError } from "../../../core/errors.ts";
import type { TfjsBackendChoice } from "../../../settings/settings.ts";
import { openCpu } from "./cpu.ts";
import { BACKEND_TITLES, type BackendName, type OpenBackend } from "./openBackend.ts";
import { probeBackend } from "./probe.ts";
import { openWebgl } from "./webgl.ts";
import { openWebgpu } from "./webgpu.ts";

export interface Fallback {
  readonly backend: string;
  readonly reason: string;
}

export interface ChosenBackend {
  readonly backend: OpenBackend;
  /** One sentence on why this backend was chosen. */
  readonly reason: string;
  readonly fallbacks: readonly Fallback[];
}

/** How to open each backend, in the order in which they are tried. */
const BACKENDS: readonly {
  readonly name: BackendName;
  readonly open: () => Promise<OpenBackend>;
}[] = [
  { name: "webgpu", open: openWebgpu },
  { name: "webgl", open: openWebgl },
  { name: "cpu", open: openCpu },
];

/**
 * @param backends and `probe` replace the real ones in tests.
 * @throws PlaygroundError `engine.unavailable`: the one chosen by hand, or all of them, cannot be used.
 */
export async function chooseBackend(
  choice: TfjsBackendChoice,
  onPhase: (detail: string) => void = () => {},
  backends = BACKENDS,
  probe = probeBackend,
): Promise<ChosenBackend> {
  const candidates =
    choice === "automatic" ? backends : backends.filter(({ name }) => name === choice);
  const fallbacks: Fallback[] = [];
  for (const { name, open } of candidates) {
    onPhase(`Trying ${BACKEND_TITLES[name]}`);
    try {
      const backend = await openProbed(open, probe);
      return { backend, reason: reasonFor(backend, choice, fallbacks), fallbacks };
    } catch (error) {
      fallbacks.push({
        backend: name,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  throw new PlaygroundError({
    code: "engine.unavailable",
    where: choice === "automatic" ? "TensorFlow.js" : `TensorFlow.js on ${BACKEND_TITLES[choice]}`,
    rule: choice === "automatic" ? "no backend works here" : "this backend does not work here",
    got: fallbacks.map(({ backend, reason }) => `${backend}: ${reason}`).join("; "),
    remedy: "Choose another backend, or Automatic.",
    context: { backend: choice },
  });
}

async function openProbed(
  open: () => Promise<OpenBackend>,
  probe: () => Promise<void>,
): Promise<OpenBackend> {
  const backend = await open();
  try {
    await probe();
    const fault = backend.fault();
    if (fault !== undefined) throw fault;
    return backend;
  } catch (error) {
    backend.dispose();
    throw error;
  }
}

function reasonFor(
  backend: OpenBackend,
  choice: TfjsBackendChoice,
  fallbacks: readonly Fallback[],
): string {
  const title = BACKEND_TITLES[backend.name];
  const why =
    choice !== "automatic"
      ? `${title} was chosen by hand`
      : fallbacks.length === 0
        ? `${title} is the first choice and works here`
        : `${title} is the first backend of TensorFlow.js that works here`;
  const isSlow = backend.isSoftware && backend.name !== "cpu";
  return isSlow
    ? `${why}, but in software (${backend.device}): much slower than on a graphics card.`
    : `${why}.`;
}
