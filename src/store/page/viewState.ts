/** The state of the view. Nothing here changes what is trained. Pure functions. */
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import type { NetworkWait } from "../../core/network.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { FoundExperiment } from "../race/keptExperiment.ts";
import type { Elsewhere } from "../run/interrupted.ts";
import type { SweepCounts } from "../sweeps/sweepState.ts";
import type { Isolation } from "./isolation.ts";
import type { PageFault } from "./pageFault.ts";

export type Theme = "system" | "light" | "dark";
export type NetworkView = "picture" | "table" | "summary";
/** The tabs of the page in the order in which they are shown. */
export const TAB_IDS = ["playground", "convolutions", "race", "runs"] as const;
export type TabId = (typeof TAB_IDS)[number];
/** The dialogs that a link can open. */
export const DIALOG_IDS = ["help", "export", "architecture", "look", "model"] as const;
export type DialogId = (typeof DIALOG_IDS)[number];
export type ControlGroup = "network" | "training" | "data";

export interface ViewState {
  readonly tab: TabId;
  readonly theme: Theme;
  /** The system's preference, which applies while the theme is "system". */
  readonly systemIsDark: boolean;
  readonly online: boolean;
  /** `null` until it is known. */
  readonly isolation: Isolation | null;
  /** What the page and its workers wait for from the network. */
  readonly waits: readonly NetworkWait[];
  /** The server has another version of this page. */
  readonly outdated: boolean;
  readonly networkView: NetworkView;
  /** Id of the block whose details are shown. */
  readonly selectedBlock: string | null;
  readonly openGroups: readonly ControlGroup[];
  readonly openAdvanced: readonly ControlGroup[];
  readonly helpIsOpen: boolean;
  /** The dialog that a link asks for and that has not been opened yet. */
  readonly askedDialog: DialogId | null;
  /** The dropped files of a model that its dialog has not read yet. */
  readonly modelFiles: readonly OwnFile[] | null;
  /** Whether single keys act as shortcuts; some assistive technology needs them off. */
  readonly shortcuts: boolean;
  /** The run whose "this takes long" notice was dismissed. */
  readonly longRunSeen: string | null;
  /** The run that an earlier visit left unfinished and that can go on; `null` when there is none. */
  readonly found: CheckpointSummary | null;
  /** The sweep that an earlier visit left unfinished; `null` when there is none. */
  readonly foundSweep: (SweepCounts & { readonly name: string }) | null;
  /** The same for an experiment. */
  readonly foundExperiment: FoundExperiment | null;
  /** What another tab trains, which this one can take over; `null` when there is nothing, or it is not known. */
  readonly elsewhere: Elsewhere | null;
  /** What a newer version of this page stored here, in a sentence; `null` when this one can read everything. */
  readonly newerStore: string | null;
  /** Why the run keeps no checkpoint, and what can be done, in a sentence; `null` when it does. */
  readonly checkpointsNotKept: string | null;
  /** Which runs are not kept, and what can be done, in a sentence; `null` when all are. */
  readonly notKept: string | null;
  /** Whose checkpoints the next one removes, in a sentence; `null` when there is room. */
  readonly goesNext: string | null;
  /** The newest exception that no component could show. */
  readonly fault: PageFault | null;
}

export const DEFAULT_TAB: TabId = "playground";

export function initialView(): ViewState {
  return {
    tab: DEFAULT_TAB,
    theme: "system",
    systemIsDark: false,
    online: true,
    isolation: null,
    waits: [],
    outdated: false,
    networkView: "picture",
    selectedBlock: null,
    openGroups: ["network", "training", "data"],
    openAdvanced: [],
    helpIsOpen: false,
    askedDialog: null,
    modelFiles: null,
    shortcuts: true,
    longRunSeen: null,
    found: null,
    foundSweep: null,
    foundExperiment: null,
    elsewhere: null,
    newerStore: null,
    checkpointsNotKept: null,
    notKept: null,
    goesNext: null,
    fault: null,
  };
}

export function isDark(view: ViewState): boolean {
  return view.theme === "system" ? view.systemIsDark : view.theme === "dark";
}

/** Returns the current theme. */
export function shownTheme(view: ViewState): "light" | "dark" {
  return isDark(view) ? "dark" : "light";
}

/** Cycles through system, light and dark. */
export function nextTheme(theme: Theme): Theme {
  return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}

export function isTheme(value: unknown): value is Theme {
  return value === "system" || value === "light" || value === "dark";
}

export function isTabId(value: unknown): value is TabId {
  return TAB_IDS.some((id) => id === value);
}

export function isDialogId(value: unknown): value is DialogId {
  return DIALOG_IDS.some((id) => id === value);
}

export function toggled<T>(list: readonly T[], entry: T, present: boolean): readonly T[] {
  const others = list.filter((other) => other !== entry);
  return present ? [...others, entry] : others;
}
