/**
 * A person's own files for each kind of data set, and the state of the newest inspection. Pure functions. Good files stay until
 * better ones have been inspected. A reload of the page loses all that `keptFiles.ts` was not asked to keep.
 */
import type { DataSetDescription } from "../../core/dataSet.ts";
import type { SerializedError } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { OwnDataSet } from "../../settings/ownData.ts";

export interface KeptFiles {
  readonly isKept: boolean;
  readonly problem: string | null;
}

export interface OwnDataState {
  /** Files that were inspected and are good. */
  readonly chosen: {
    readonly [K in OwnDataSet]?: {
      readonly files: readonly OwnFile[];
      readonly description: DataSetDescription;
    };
  };
  /** Files that are being inspected; `task` says what is being done. */
  readonly reading: {
    readonly requestId: string;
    readonly kind: OwnDataSet;
    readonly files: readonly OwnFile[];
    readonly task: string;
    readonly share: number;
  } | null;
  /** Whether this browser keeps the chosen files after a reload, and why not although it was asked to. */
  readonly kept: { readonly [K in OwnDataSet]?: KeptFiles };
  /** What was wrong with the newest files. */
  readonly problem: { readonly kind: OwnDataSet; readonly error: SerializedError } | null;
}

export type ChosenFiles = NonNullable<OwnDataState["chosen"][OwnDataSet]>;

export interface KeptFilesActions {
  /** Takes files that an earlier visit inspected and kept. Returns false when others were chosen meanwhile. */
  restoreFiles(kind: OwnDataSet, kept: ChosenFiles): boolean;
  /** Takes note of what the browser keeps (`keptFiles.ts`). */
  setKeptFiles(kind: OwnDataSet, kept: KeptFiles): void;
}

export function noOwnData(): OwnDataState {
  return { chosen: {}, reading: null, kept: {}, problem: null };
}

export function readingOwnData(
  state: OwnDataState,
  requestId: string,
  kind: OwnDataSet,
  files: readonly OwnFile[],
): OwnDataState {
  const reading = { requestId, kind, files, task: "Reading the files", share: 0 };
  return { ...state, reading, problem: null };
}

export function ownDataCancelled(state: OwnDataState): OwnDataState {
  return { ...state, reading: null };
}

export function ownDataProblem(state: OwnDataState, kind: OwnDataSet, error: SerializedError) {
  return { ...state, reading: null, problem: { kind, error } };
}

/** Removes the files that the inspection left out, so that a run need not inspect them again. */
function usable(
  files: readonly OwnFile[],
  leftOut: NonNullable<Extract<WorkerEvent, { type: "ownData.described" }>["leftOut"]>,
): readonly OwnFile[] {
  if (leftOut.length === 0) return files;
  const whole = new Set<string>();
  const entries = new Map<string, string[]>();
  for (const { path, entry } of leftOut) {
    if (entry === undefined) whole.add(path);
    else {
      const own = entries.get(path);
      if (own === undefined) entries.set(path, [entry]);
      else own.push(entry);
    }
  }
  return files
    .filter(({ path }) => !whole.has(path))
    .map((file) => ({ ...file, without: entries.get(file.path) }));
}

export function ownDataAfter(state: OwnDataState, event: WorkerEvent): OwnDataState {
  const { reading } = state;
  if (reading === null || !("requestId" in event)) return state;
  if (event.requestId !== reading.requestId) return state;
  switch (event.type) {
    case "ownData.progressed":
      return { ...state, reading: { ...reading, task: event.task, share: event.share } };
    case "ownData.described": {
      const { leftOut = [], checksums = [] } = event;
      const read = reading.files.map((file, index) => ({ ...file, checksum: checksums[index] }));
      const files = usable(read, leftOut);
      const chosen = { files, description: event.dataSet };
      return {
        chosen: { ...state.chosen, [reading.kind]: chosen },
        // What is kept are the files before.
        kept: { ...state.kept, [reading.kind]: undefined },
        reading: null,
        problem: null,
      };
    }
    case "ownData.failed":
      return ownDataProblem(state, reading.kind, event.error);
    case "request.superseded":
      return { ...state, reading: null };
    default:
      return state;
  }
}
