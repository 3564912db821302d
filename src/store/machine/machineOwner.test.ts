import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { madeRecord } from "../../runs/testRecords.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Sweep } from "../../settings/sweeps/sweep.ts";
import { createRace, runningExperiment } from "../race/store.ts";
import { isActive } from "../run/runState.ts";
import { createReopenedRun } from "../runs/reopenedRun.ts";
import { createPlayground } from "../store.ts";
import { createSweeps } from "../sweeps/store.ts";
import { type SimulatedWorkers, simulateWorkers } from "../testing/simulatedWorkers.ts";
import { HANDOVER, machineRefusal, PARTIES, type Party, waitingText } from "./machineOwner.ts";
import type { Locks } from "./tabLock.ts";

const SWEEP: Sweep = {
  name: "Seeds",
  recipeId: "one-minute",
  base: oneMinute.settings,
  axes: [{ key: "seed", among: [1, 2] }],
  sample: null,
};

/** Opens a page where everything that computes runs on simulated workers. */
function openPage(locks?: Locks) {
  const workers: SimulatedWorkers[] = [];
  const connect = (onEvent: Parameters<typeof simulateWorkers>[0]) => {
    const simulated = simulateWorkers(onEvent);
    workers.push(simulated);
    return simulated.client;
  };
  const playground = createPlayground(connect, locks);
  const race = createRace(playground, connect);
  const reopened = createReopenedRun(playground, connect);
  const { head } = madeRecord({ id: "recorded" });
  let numSweeps = 0;
  const sweeps = createSweeps(playground.machine, connect, {
    kept: {
      all: async () => [],
      put: async () => {},
      remove: async () => {},
      clear: async () => {},
    },
    locks: undefined,
    now: () => 0,
    createId: () => {
      numSweeps += 1;
      return `sweep-${numSweeps}`;
    },
    resumable: async () => new Set(),
  });
  const newestSweep = () => `sweep-${numSweeps}`;
  const { actions: run, store } = playground;
  const { actions: lanes } = race;
  const begin: Readonly<Record<Party, () => void>> = {
    run: run.train,
    race: lanes.start,
    experiment: lanes.runExperiment,
    sweep: () => sweeps.actions.begin(SWEEP),
    measurement: () => run.measure("current"),
    evaluation: () => reopened.open(head, "test"),
  };
  const isThere: Readonly<Record<Party, () => boolean>> = {
    run: () => store.getState().run.runId !== null && store.getState().run.outcome === null,
    race: () => race.store.getState().race.run.runId !== null,
    experiment: () => runningExperiment(race.store.getState()) !== null,
    sweep: () => {
      const { current } = sweeps.store.getState();
      return current !== null && isActive(current.run);
    },
    measurement: () => store.getState().measurements.pending !== null,
    evaluation: () => reopened.store.getState().run.runId !== null,
  };
  return {
    actions: {
      train: run.train,
      pause: run.pause,
      resume: run.resume,
      step: run.step,
      reset: run.reset,
      test: run.testNow,
      measure: () => run.measure("twin"),
      cancelMeasure: run.cancelMeasure,
      startRace: lanes.start,
      stepRace: lanes.step,
      pauseRace: lanes.pause,
      resumeRace: lanes.resume,
      resetRace: lanes.reset,
      runExperiment: lanes.runExperiment,
      pauseExperiment: lanes.pauseExperiment,
      resumeExperiment: lanes.resumeExperiment,
      cancelExperiment: lanes.cancelExperiment,
      beginSweep: () => sweeps.actions.begin(SWEEP),
      pauseSweep: () => sweeps.actions.pause(newestSweep()),
      goOnWithSweep: () => void sweeps.actions.goOn(newestSweep()),
      goOnWithFirstSweep: () => void sweeps.actions.goOn("sweep-1"),
      removeSweep: () => void sweeps.actions.remove(newestSweep()),
      stopWaiting: run.stopWaiting,
      takeOver: run.takeOver,
    },
    begin,
    isThere,
    machine: () => store.getState().machine,
    numComputing: () => workers.reduce((sum, some) => sum + some.numComputing(), 0),
    work(): void {
      for (const some of workers) some.work();
    },
    deliver(): void {
      for (const some of workers) some.deliver();
    },
    end(how: "finished" | "failed"): void {
      for (const some of workers) some.end(how);
    },
    /** Runs until no message is in transit. Training itself goes on. */
    rest(): void {
      for (let turn = 0; turn < 20; turn += 1) {
        for (const some of workers) some.work();
        for (let event = 0; event < 6; event += 1) for (const some of workers) some.deliver();
      }
    },
  };
}

type Page = ReturnType<typeof openPage>;

/** Fakes a browser's locks for all pages that share them: one holder at a time, the others queue. */
function createLocks(): Locks {
  let holder: { readonly lose: (reason: unknown) => void } | null = null;
  const queue: (() => void)[] = [];

  function grant(use: Parameters<Locks["request"]>[2]): Promise<void> {
    return new Promise<void>((resolve, lose) => {
      const own = { lose };
      holder = own;
      void Promise.resolve(use({})).then(() => {
        if (holder !== own) return;
        holder = null;
        resolve();
        queue.shift()?.();
      });
    });
  }

  return {
    request(_name, { ifAvailable, steal, signal }, use) {
      if (steal) holder?.lose(new DOMException("stolen", "AbortError"));
      if (steal || holder === null) return grant(use);
      if (ifAvailable) return Promise.resolve(use(null));
      return new Promise((resolve, reject) => {
        const turn = () => void grant(use).then(resolve, reject);
        queue.push(turn);
        signal?.addEventListener("abort", () => {
          const place = queue.indexOf(turn);
          if (place >= 0) queue.splice(place, 1);
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    },
  };
}

const pairs = PARTIES.flatMap((holder) => PARTIES.map((asker) => [holder, asker] as const));

describe("one owner of the machine", () => {
  test.each(pairs)("while the %s has it, the %s gets what the table says", (holder, asker) => {
    const page = openPage();
    page.begin[holder]();
    expect(page.machine().holder).toBe(holder);
    const refusal = machineRefusal(page.machine(), asker);
    page.begin[asker]();
    expect(page.numComputing(), "the one that pauses has not paused yet").toBe(1);
    const handover = HANDOVER[asker][holder];
    expect(refusal !== null).toBe(handover === "keep");
    if (handover === "pause") {
      expect(page.machine()).toMatchObject({ holder, waiting: asker });
      expect(waitingText(page.machine(), asker)).toMatch(/^Waits until .* has paused/);
    }
    if (handover !== "itself") expect(page.isThere[asker]()).toBe(handover === "cancel");
    if (asker !== "measurement" && holder !== "measurement") page.rest();
    expect(page.numComputing()).toBe(1);
    expect(page.machine()).toMatchObject({
      holder: handover === "keep" ? holder : asker,
      waiting: null,
    });
    expect(page.isThere[holder]()).toBe(handover !== "cancel");
  });

  test.each([
    ["resume", "run", "race"],
    ["step", "run", "race"],
    ["resumeRace", "race", "run"],
    ["stepRace", "race", "run"],
    ["resumeExperiment", "experiment", "run"],
    ["goOnWithSweep", "sweep", "race"],
    ["resume", "run", "sweep"],
    ["resume", "run", "experiment"],
    ["resumeRace", "race", "experiment"],
  ] as const)("%s of a %s that waits pauses the %s first", (action, waiter, holder) => {
    const page = openPage();
    page.begin[waiter]();
    page.rest();
    page.begin[holder]();
    page.rest();
    expect(page.machine().holder).toBe(holder);
    page.actions[action]();
    expect(page.numComputing()).toBe(1);
    page.rest();
    expect(page.numComputing()).toBe(action.startsWith("step") ? 0 : 1);
    expect(page.machine().holder).toBe(action.startsWith("step") ? null : waiter);
    expect([page.isThere[waiter](), page.isThere[holder]()]).toEqual([true, true]);
  });

  test("a step and a test of a run that waits pause the race too, and give the machine back", () => {
    const page = openPage();
    page.actions.step();
    page.rest();
    for (const action of ["step", "test"] as const) {
      page.begin.race();
      page.rest();
      page.actions[action]();
      page.rest();
      expect([page.numComputing(), page.machine().holder]).toEqual([0, null]);
    }
  });

  test("what waits for a machine can be given up, and begins when the other is reset or over", () => {
    for (const [how, expected] of [
      ["reset", null],
      ["resetRace", "run"],
    ] as const) {
      const page = openPage();
      page.begin.race();
      page.begin.run();
      page.actions[how]();
      expect(page.machine().waiting).toBeNull();
      page.rest();
      expect(page.machine().holder).toBe(expected);
    }
  });

  test("an experiment that is asked to pause just as a seed ends does not begin the next one", () => {
    const page = openPage();
    page.begin.experiment();
    page.end("finished");
    page.begin.run();
    page.rest();
    expect([page.machine().holder, page.numComputing()]).toEqual(["run", 1]);
    page.actions.resumeExperiment();
    page.rest();
    expect([page.machine().holder, page.numComputing()]).toEqual(["experiment", 1]);
  });

  test("a sweep keeps the machine between its runs and gives it back after the last one", () => {
    const page = openPage();
    page.begin.sweep();
    for (const run of [1, 2]) {
      page.rest();
      expect([page.machine().holder, page.numComputing()], `run ${run}`).toEqual(["sweep", 1]);
      page.end("finished");
    }
    page.rest();
    expect([page.machine().holder, page.numComputing()]).toEqual([null, 0]);
  });
});

/** All events that may happen on a page. Workers advance more often than a person presses a button. */
function happenings({ actions, work, deliver, end }: Page): Readonly<Record<string, () => void>> {
  const [finish, fail] = [() => end("finished"), () => end("failed")];
  return { ...actions, work, deliver, finish, fail };
}

const anyHappening = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(happenings(openPage()))) },
  { weight: 1, arbitrary: fc.constantFrom("work", "deliver", "deliver") },
);

test("whatever is pressed and however late workers answer, never more than one computes, and nobody waits for ever", () => {
  fc.assert(
    fc.property(fc.array(anyHappening, { maxLength: 40 }), (sequence) => {
      const page = openPage();
      const acts = happenings(page);
      for (const name of sequence) {
        acts[name]?.();
        expect(page.numComputing(), name).toBeLessThanOrEqual(1);
      }
      page.rest();
      expect(page.machine().waiting).toBeNull();
      expect(page.numComputing()).toBe(page.machine().holder === null ? 0 : 1);
      page.actions.train();
      page.rest();
      expect([page.machine().holder, page.numComputing()]).toEqual(["run", 1]);
    }),
    { numRuns: 2000 },
  );
});

describe("two tabs", () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  test("the second waits for the first, says so, and begins when that one pauses", async () => {
    const locks = createLocks();
    const [one, other] = [openPage(locks), openPage(locks)];
    one.begin.run();
    await settled();
    expect(one.machine().holder).toBe("run");
    other.begin.race();
    await settled();
    expect(other.machine()).toMatchObject({ holder: null, waiting: "race", isElsewhere: true });
    expect(waitingText(other.machine(), "race")).toContain("another tab");
    one.actions.pause();
    one.rest();
    await settled();
    expect(other.machine()).toMatchObject({ holder: "race", waiting: null });
    expect([one.numComputing(), other.numComputing()]).toEqual([0, 1]);
  });

  test("the second can take over: the first pauses and says why, and can take over again", async () => {
    const locks = createLocks();
    const [one, other] = [openPage(locks), openPage(locks)];
    one.begin.experiment();
    await settled();
    other.begin.run();
    await settled();
    other.actions.takeOver();
    await settled();
    one.rest();
    expect(one.machine()).toMatchObject({ holder: null, wasTaken: true });
    expect([one.numComputing(), other.numComputing()]).toEqual([0, 1]);
    one.actions.resumeExperiment();
    await settled();
    expect(one.machine()).toMatchObject({ waiting: "experiment", wasTaken: false });
    one.actions.takeOver();
    await settled();
    for (const page of [one, other]) page.rest();
    expect([one.numComputing(), other.numComputing()]).toEqual([1, 0]);
  });

  test("who does not want to wait is not started later", async () => {
    const locks = createLocks();
    const [one, other] = [openPage(locks), openPage(locks)];
    one.begin.run();
    await settled();
    other.begin.run();
    await settled();
    other.actions.stopWaiting();
    one.actions.reset();
    await settled();
    expect(other.machine()).toMatchObject({ holder: null, waiting: null, isElsewhere: false });
    one.begin.race();
    await settled();
    expect(one.machine().holder).toBe("race");
  });

  test("never more than one computes in both together, as long as nobody takes over", async () => {
    const moment = fc.tuple(
      fc.constantFrom(0, 1),
      anyHappening.filter((name) => name !== "takeOver"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 25 }), async (sequence) => {
        const locks = createLocks();
        const pages = [openPage(locks), openPage(locks)] as const;
        for (const [index, name] of sequence) {
          happenings(pages[index])[name]?.();
          await settled();
          expect(pages[0].numComputing() + pages[1].numComputing(), name).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("where the browser refuses locks, the tab is alone", async () => {
    const page = openPage({
      request: () => Promise.reject(new DOMException("no", "SecurityError")),
    });
    page.begin.run();
    await settled();
    expect(page.machine().holder).toBe("run");
  });
});
