/**
 * Who has the machine. Two trainings at once slow each other down, and a time measured beside one is wrong: so one party of
 * the page computes at a time, and one tab of the browser. Whoever starts or resumes anything asks here; the table says what
 * becomes of the one that has it. A party that pauses has given it back. Knows nothing of how a party computes.
 */
import { createTabLock, type Locks } from "./tabLock.ts";

export const PARTIES = ["run", "race", "experiment", "measurement"] as const;
export type Party = (typeof PARTIES)[number];

/** What becomes of the one that has the machine; with `keep`, the other one is refused. */
export type Handover = "pause" | "cancel" | "keep" | "itself";

/** By who asks, then by who has it. What a person presses gets the machine; measuring alone is no reason to stop a training. */
export const HANDOVER: Readonly<Record<Party | "otherTab", Readonly<Record<Party, Handover>>>> = {
  run: { run: "itself", race: "pause", experiment: "pause", measurement: "cancel" },
  race: { run: "pause", race: "itself", experiment: "pause", measurement: "cancel" },
  experiment: { run: "pause", race: "pause", experiment: "itself", measurement: "cancel" },
  measurement: { run: "keep", race: "keep", experiment: "keep", measurement: "itself" },
  otherTab: { run: "pause", race: "pause", experiment: "pause", measurement: "cancel" },
};

/** One that computes. `pause` takes effect when `isUsing` says so, `cancel` at once; what cannot pause is cancelled. */
export interface Member {
  readonly isUsing: () => boolean;
  readonly pause: () => void;
  readonly cancel: () => void;
}

export interface MachineState {
  readonly holder: Party | null;
  /** Who begins as soon as the machine is free. */
  readonly waiting: Party | null;
  /** Whether it is another tab that is waited for. */
  readonly isElsewhere: boolean;
  /** Whether another tab has taken the machine from this one, until something is started here again. */
  readonly wasTaken: boolean;
}

export interface Machine {
  readonly state: MachineState;
  join(party: Party, member: Member): void;
  /** Calls `begin` when the party has the machine: at once, when the other one has paused, or not where it is refused. */
  ask(party: Party, begin: () => void): void;
  /** What was asked for and has not begun is given up. */
  withdraw(party?: Party): void;
  /** Begins here although another tab trains, which pauses. */
  takeOver(): void;
  /** To be called whenever a party may have begun or ended to compute. */
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
  let waiting: { readonly party: Party; readonly begin: () => void } | null = null;
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
    // What begins changes the state, and a state that changes settles: once more after this, not within it.
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
        } else lock.acquire();
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
    ask(party, begin) {
      if (users().some((holder) => HANDOVER[party][holder] === "keep")) return;
      wasTaken = false;
      waiting = { party, begin };
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
  measurement: "A measurement is under way: press Measuring… to give it up.",
};

/** Why `asker` is refused the machine, in a sentence that says what to press; `null` where it is not. */
export function machineRefusal({ holder }: MachineState, asker: Party): string | null {
  return holder !== null && HANDOVER[asker][holder] === "keep"
    ? `${TO_STOP[holder]} Both at once would slow each other down.`
    : null;
}

const TO_WAIT_FOR: Readonly<Record<Party, string>> = {
  run: "the run in the Playground has paused",
  race: "the race has paused",
  experiment: "the experiment has paused",
  measurement: "the measurement is over",
};

const TO_GIVE_UP: Readonly<Record<Party, string>> = {
  run: "Reset gives it up.",
  race: "Reset gives it up.",
  experiment: "Cancel experiment gives it up.",
  measurement: "Press Measuring… to give it up.",
};

/** What `asker` waits for, in a sentence; `null` where it does not wait. */
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
