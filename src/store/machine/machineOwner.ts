/**
 * Decides which party of the page may compute. Two trainings at once slow each other down, and a time measured beside one is
 * wrong. So only one party of the page computes at a time, in one tab of the browser. Every start and resume asks here, and a
 * table says what happens to the current holder. A party that pauses has released the machine. How a party computes is
 * irrelevant here.
 */
import { createTabLock, type Locks } from "./tabLock.ts";

export const PARTIES = ["run", "race", "experiment", "sweep", "measurement", "evaluation"] as const;
export type Party = (typeof PARTIES)[number];

/** What happens to the current holder. With `keep`, the asking party is refused. */
export type Handover = "pause" | "cancel" | "keep" | "itself";

type Handovers = Readonly<Record<Party, Handover>>;
const CANCELLED = { measurement: "cancel", evaluation: "cancel" } as const;
const PAUSED: Handovers = {
  ...{ run: "pause", race: "pause", experiment: "pause", sweep: "pause" },
  ...CANCELLED,
};
const KEPT: Handovers = {
  ...{ run: "keep", race: "keep", experiment: "keep", sweep: "keep" },
  ...{ measurement: "keep", evaluation: "keep" },
};

/**
 * Keyed by the asking party, then by the holder. What a person starts gets the machine, but measuring and looking at a recorded
 * run must not stop a training.
 */
export const HANDOVER: Readonly<Record<Party | "otherTab", Handovers>> = {
  run: { ...PAUSED, run: "itself" },
  race: { ...PAUSED, race: "itself" },
  experiment: { ...PAUSED, experiment: "itself" },
  sweep: { ...PAUSED, sweep: "itself" },
  measurement: { ...KEPT, measurement: "itself" },
  evaluation: { ...KEPT, evaluation: "itself" },
  otherTab: PAUSED,
};

/**
 * A party that computes. `pause` has taken effect when `isUsing` turns false; `cancel` takes effect at once. A party that
 * cannot pause is cancelled.
 */
export interface Member {
  readonly isUsing: () => boolean;
  readonly pause: () => void;
  readonly cancel: () => void;
}

export interface MachineState {
  readonly holder: Party | null;
  /** The party that begins as soon as the machine is free. */
  readonly waiting: Party | null;
  /** Whether the machine is held by another tab. */
  readonly isElsewhere: boolean;
  /** Whether another tab took the machine from this one; false again after something is started here. */
  readonly wasTaken: boolean;
}

export interface Machine {
  readonly state: MachineState;
  join(party: Party, member: Member): void;
  /**
   * Calls `begin` when the party has the machine: at once, or when the holder has paused. It never calls it when the party is
   * refused.
   * @param steals takes the machine from another tab, which pauses when it is not frozen
   */
  ask(party: Party, begin: () => void, steals?: boolean): void;
  /** Cancels a request that has not begun. */
  withdraw(party?: Party): void;
  /** Begins here although another tab trains; that tab pauses. */
  takeOver(): void;
  /** Must be called whenever a party may have begun or ended to compute. */
  settle(): void;
}

export const FREE_MACHINE: MachineState = {
  holder: null,
  waiting: null,
  isElsewhere: false,
  wasTaken: false,
};

export function createMachine(
  locks: Locks | undefined,
  onChange: (state: MachineState) => void,
): Machine {
  const members = new Map<Party, Member>();
  const lock = createTabLock(locks, { onChange: settle, onStolen: giveWayToOtherTab });
  let state = FREE_MACHINE;
  let waiting: {
    readonly party: Party;
    readonly begin: () => void;
    readonly steals: boolean;
  } | null = null;
  let wasTaken = false;
  let isSettling = false;
  let isUnsettled = false;

  const users = () => PARTIES.filter((party) => members.get(party)?.isUsing());

  function giveWay(asker: Party | "otherTab"): void {
    for (const holder of users()) {
      const handover = HANDOVER[asker][holder];
      if (handover === "pause" || handover === "cancel") members.get(holder)?.[handover]();
    }
  }

  function giveWayToOtherTab(): void {
    wasTaken = true;
    giveWay("otherTab");
    settle();
  }

  function settle(): void {
    isUnsettled = true;
    // `begin` may change the state, and each change of the state calls `settle`. A nested call would be recursive, so the loop
    // runs once more instead.
    if (isSettling) return;
    isSettling = true;
    while (isUnsettled) {
      isUnsettled = false;
      const asker = waiting;
      if (asker === null) {
        if (users().length === 0) lock.release();
      } else if (users().every((party) => party === asker.party)) {
        if (lock.isHeld) {
          waiting = null;
          asker.begin();
          isUnsettled = true;
        } else if (asker.steals) lock.steal();
        else lock.acquire();
      }
    }
    isSettling = false;
    publish();
  }

  function publish(): void {
    const [holder = null] = users();
    const next: MachineState = {
      holder,
      waiting: waiting?.party ?? null,
      isElsewhere: waiting !== null && lock.isElsewhere,
      wasTaken,
    };
    if (sameState(next, state)) return;
    state = next;
    onChange(next);
  }

  return {
    get state() {
      return state;
    },
    join(party, member) {
      members.set(party, member);
    },
    ask(party, begin, steals = false) {
      if (users().some((holder) => HANDOVER[party][holder] === "keep")) return;
      wasTaken = false;
      waiting = { party, begin, steals };
      giveWay(party);
      settle();
    },
    withdraw(party) {
      if (waiting === null || (party !== undefined && waiting.party !== party)) return;
      waiting = null;
      settle();
    },
    takeOver: () => lock.steal(),
    settle,
  };
}

const TO_STOP: Readonly<Record<Party, string>> = {
  run: "A training is under way in the playground: press Pause there first.",
  race: "A race is under way: press Pause in the Race tab first.",
  experiment: "An experiment is under way: press Pause experiment in the Race tab first.",
  sweep: "A sweep is under way: press Pause sweep in the Runs tab first.",
  measurement: "A measurement is under way: press Measuring… to give it up.",
  evaluation: "A recorded run is being evaluated in the Runs tab: close its dialog to give it up.",
};

/** Returns why `asker` is refused the machine, in a sentence that says what to press; `null` when it is not. */
export function machineRefusal({ holder }: MachineState, asker: Party): string | null {
  return holder !== null && HANDOVER[asker][holder] === "keep"
    ? `${TO_STOP[holder]} Both at once would slow each other down.`
    : null;
}

const TO_WAIT_FOR: Readonly<Record<Party, string>> = {
  run: "the run in the Playground has paused",
  race: "the race has paused",
  experiment: "the experiment has paused",
  sweep: "the sweep has paused",
  measurement: "the measurement is over",
  evaluation: "the recorded run is evaluated",
};

const TO_GIVE_UP: Readonly<Record<Party, string>> = {
  run: "Reset gives it up.",
  race: "Reset gives it up.",
  experiment: "Cancel experiment gives it up.",
  sweep: "Pause sweep gives it up.",
  measurement: "Press Measuring… to give it up.",
  evaluation: "Close gives it up.",
};

/** Returns what `asker` waits for, in a sentence; `null` when it does not wait. */
export function waitingText(state: MachineState, asker: Party): string | null {
  const { waiting, holder, isElsewhere } = state;
  if (waiting !== asker) return null;
  if (isElsewhere) return "Waits for another tab of this page, which is training.";
  return holder === null || holder === asker
    ? null
    : `Waits until ${TO_WAIT_FOR[holder]}. ${TO_GIVE_UP[asker]}`;
}

function sameState(a: MachineState, b: MachineState): boolean {
  return (
    a.holder === b.holder &&
    a.waiting === b.waiting &&
    a.isElsewhere === b.isElsewhere &&
    a.wasTaken === b.wasTaken
  );
}
