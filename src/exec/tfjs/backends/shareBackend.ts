/**
 * One open backend for all executors of a worker. TensorFlow.js keeps a single current one, so networks that train side by side
 * share it. The first executor opens it, and the last one closes it.
 */
import { PlaygroundError } from "../../../core/errors.ts";
import type { TfjsBackendChoice } from "../../../settings/settings.ts";
import { type ChosenBackend, chooseBackend } from "./chooseBackend.ts";

interface Shared {
  readonly choice: TfjsBackendChoice;
  readonly chosen: ChosenBackend;
  users: number;
}

let shared: Shared | undefined;

/**
 * @param choose opens the backend when none is open.
 * @throws PlaygroundError `engine.unavailable`, also for another choice than that of an executor still in use.
 */
export async function shareBackend(
  choice: TfjsBackendChoice,
  onPhase?: (detail: string) => void,
  choose: typeof chooseBackend = chooseBackend,
): Promise<ChosenBackend> {
  if (shared === undefined) {
    shared = { choice, chosen: await choose(choice, onPhase), users: 0 };
  } else if (shared.choice !== choice) {
    throw new PlaygroundError({
      code: "engine.unavailable",
      where: "TensorFlow.js",
      rule: "networks side by side compute on one backend",
      expected: shared.choice,
      got: choice,
      remedy: "Choose the same TensorFlow.js backend for both.",
      context: { setting: "tfjsBackend" },
    });
  }
  return used(shared);
}

function used(user: Shared): ChosenBackend {
  user.users += 1;
  const { backend } = user.chosen;
  const { leave, ...own } = backend.join?.() ?? {};
  const dispose = () => {
    leave?.();
    user.users -= 1;
    if (user.users > 0) return;
    if (shared === user) shared = undefined;
    backend.dispose();
  };
  return { ...user.chosen, backend: { ...backend, ...own, dispose } };
}
