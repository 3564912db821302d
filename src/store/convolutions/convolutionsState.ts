/**
 * The state of the convolution laboratory: the last valid value of each setting, invalid texts, the counts of every kind of
 * convolution and, for an impossible kind, its last good counts. Pure functions. In the address it uses parameters such as
 * `c.filters=64`, only for values that differ from the default.
 */
import { messageOf, PlaygroundError } from "../../core/errors.ts";
import { EXAMPLES, type Example } from "../../network/convolutions/examples.ts";
import { formatKernel, type Kernel, parseKernel } from "../../network/convolutions/factorize.ts";
import { KERNEL_PRESETS } from "../../network/convolutions/kernelPresets.ts";
import {
  type Comparison,
  compareKinds,
  type KindCounts,
  LAB_KINDS,
  type LabKind,
} from "../../network/convolutions/kinds.ts";
import {
  type ConvolutionSettings,
  LAB_DEFAULTS,
  LAB_FIELDS,
  LAB_KEYS,
  type LabKey,
  type LabSettings,
  parseLabSetting,
} from "../../network/convolutions/labSettings.ts";
import { type RatioRow, ratioTable } from "../../network/convolutions/ratio.ts";
import { fittingTowers } from "../../network/convolutions/towers.ts";
import { type Draft, type LinkProblem, problemOf } from "../settings/settingsState.ts";

export interface LabState {
  /** Each value is valid by itself; together they may be impossible for a kind. */
  readonly values: LabSettings;
  readonly drafts: { readonly [K in LabKey]?: Draft };
  readonly comparison: Comparison;
  /** The latest valid counts of each kind. */
  readonly lastGood: Readonly<Record<LabKind, KindCounts>>;
  readonly ratioRows: readonly RatioRow[];
  /** What is wrong with the table's range; the rows are then the last good ones. */
  readonly ratioError: PlaygroundError | null;
  readonly kernel: Kernel;
  /** The parts of a link that were invalid. */
  readonly linkProblems: readonly LinkProblem[];
}

const PREFIX = "c.";
const KERNEL = "c.kernel";

const DEFAULT_KERNEL = KERNEL_PRESETS[0]?.make(3, 1) ?? [];

export function initialLab(): LabState {
  const comparison = compareKinds(LAB_DEFAULTS);
  return {
    values: LAB_DEFAULTS,
    drafts: {},
    comparison,
    lastGood: {
      ordinary: requireCounts(comparison, "ordinary"),
      grouped: requireCounts(comparison, "grouped"),
      separable: requireCounts(comparison, "separable"),
      "pointwise-first": requireCounts(comparison, "pointwise-first"),
      spatial: requireCounts(comparison, "spatial"),
    },
    ratioRows: ratioTable(LAB_DEFAULTS),
    ratioError: null,
    kernel: DEFAULT_KERNEL,
    linkProblems: [],
  };
}

/** Returns the state after a field's text was typed or chosen, valid or not. */
export function withLabText(state: LabState, key: LabKey, text: string): LabState {
  try {
    const { [key]: _settled, ...drafts } = state.drafts;
    return { ...withLabValues(state, { [key]: parseLabSetting(key, text) }), drafts };
  } catch (error) {
    const draft = { text, problem: problemOf(LAB_FIELDS[key].label, error) };
    return { ...state, drafts: { ...state.drafts, [key]: draft } };
  }
}

/** Returns the state with values that are each known to be valid. */
export function withLabValues(state: LabState, changes: Partial<LabSettings>): LabState {
  const given = { ...state.values, ...changes };
  const values = { ...given, towers: fittingTowers(given.towers, given.moduleChannels) };
  const comparison = compareKinds(values);
  const good = (kind: LabKind) => {
    const result = comparison[kind];
    return result.ok ? result.counts : state.lastGood[kind];
  };
  return {
    ...state,
    values,
    comparison,
    lastGood: {
      ordinary: good("ordinary"),
      grouped: good("grouped"),
      separable: good("separable"),
      "pointwise-first": good("pointwise-first"),
      spatial: good("spatial"),
    },
    ...ratioRowsFor(values, state),
  };
}

/** Replaces the convolution. Invalid texts of the old one are discarded. */
export function withConvolution(state: LabState, settings: ConvolutionSettings): LabState {
  const drafts = Object.fromEntries(
    Object.entries(state.drafts).filter(([key]) => !Object.hasOwn(settings, key)),
  );
  return { ...withLabValues(state, settings), drafts };
}

/** Returns the example whose first layer equals the current settings. */
export function shownExample({ values }: LabState): Example | undefined {
  return EXAMPLES.find(({ layers: [first] }) =>
    Object.entries(first ?? {}).every(([key, value]) =>
      Object.entries(values).some(([name, held]) => name === key && held === value),
    ),
  );
}

/** Returns the message beside a control: the error of its own text, or of the combination it belongs to. */
export function labProblem(state: LabState, key: LabKey): string | undefined {
  const draft = state.drafts[key];
  if (draft !== undefined) return draft.problem;
  const faults = LAB_KINDS.flatMap((kind) => {
    const result = state.comparison[kind];
    return result.ok ? [] : [result.error];
  });
  if (state.ratioError !== null) faults.push(state.ratioError);
  const fault = faults.find(({ context }) => context.setting === key);
  return fault === undefined ? undefined : problemOf(LAB_FIELDS[key].label, fault);
}

/** Reads the laboratory's state from an address. Invalid parts are reported, and the rest is used. */
export function labFromSearch(search: string): LabState {
  const problems: LinkProblem[] = [];
  let kernel = DEFAULT_KERNEL;
  const changes: Partial<Record<LabKey, LabSettings[LabKey]>> = {};
  for (const [parameter, text] of new URLSearchParams(search)) {
    if (!parameter.startsWith(PREFIX)) continue;
    const key = LAB_KEYS.find((one) => parameter === `${PREFIX}${one}`);
    try {
      if (parameter === KERNEL) kernel = parseKernel(text);
      else if (key !== undefined) changes[key] = parseLabSetting(key, text);
      else problems.push({ parameter, text, reason: "No setting of this tab has this name." });
    } catch (error) {
      const reason = messageOf(error);
      problems.push({ parameter, text, reason });
    }
  }
  const state = withLabValues(initialLab(), changes as Partial<LabSettings>);
  return { ...state, kernel, linkProblems: problems };
}

/** Returns the query with this tab's parameters updated; all others stay unchanged. */
export function searchWithLab(search: string, { values, kernel }: LabState): string {
  const query = new URLSearchParams(search);
  for (const parameter of [...query.keys()]) {
    if (parameter.startsWith(PREFIX)) query.delete(parameter);
  }
  for (const key of LAB_KEYS) {
    if (values[key] !== LAB_DEFAULTS[key]) query.set(`${PREFIX}${key}`, String(values[key]));
  }
  const drawn = formatKernel(kernel);
  if (drawn !== formatKernel(DEFAULT_KERNEL)) query.set(KERNEL, drawn);
  const text = query.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

function ratioRowsFor(values: LabSettings, before: LabState) {
  try {
    return { ratioRows: ratioTable(values), ratioError: null };
  } catch (error) {
    if (error instanceof PlaygroundError) {
      return { ratioRows: before.ratioRows, ratioError: error };
    }
    throw error;
  }
}

function requireCounts(comparison: Comparison, kind: LabKind): KindCounts {
  const result = comparison[kind];
  if (!result.ok) throw result.error;
  return result.counts;
}
