/** Filters and sorts the list of recorded runs. Pure functions. */

import { settingText } from "../settings/settingText.ts";
import { accuracyOf } from "./compareRuns.ts";
import { changesOf, recipeTitle } from "./runName.ts";
import { type RunHead, type RunKind, type RunOutcome, titleOf } from "./runRecord.ts";

export const RUN_ORDERS = [
  "newest",
  "oldest",
  "name",
  "accuracy",
  "loss",
  "time",
  "parameters",
  "macs",
] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

export interface RunQuery {
  /** Each of its words must occur in the run's texts. */
  readonly words: string;
  readonly kind: RunKind | "all";
  readonly outcome: RunOutcome | "all";
  /** `""` for all. */
  readonly tag: string;
  readonly pinnedOnly: boolean;
  readonly order: RunOrder;
}

export const EVERY_RUN: RunQuery = {
  words: "",
  kind: "all",
  outcome: "all",
  tag: "",
  pinnedOnly: false,
  order: "newest",
};

/** The texts are computed once for each head, because a search looks at all of them at each key press. */
const texts = new WeakMap<RunHead, string>();

function textOf(head: RunHead): string {
  const known = texts.get(head);
  if (known !== undefined) return known;
  const { group, engine, recipeId, settings } = head;
  const text = [
    titleOf(head),
    head.name,
    recipeTitle(recipeId),
    group === null ? "" : `${group.title} ${group.lane}`,
    engine === null ? "" : `${engine.label} ${engine.device}`,
    head.data,
    head.notes,
    head.error,
    head.ending,
    ...head.tags,
    ...changesOf(recipeId, settings).map((key) => settingText(key, settings)),
    `seed ${settings.seed}`,
  ]
    .join("\n")
    .toLowerCase();
  texts.set(head, text);
  return text;
}

export function foundRuns(heads: readonly RunHead[], query: RunQuery): readonly RunHead[] {
  const words = query.words.toLowerCase().split(/\s+/).filter(Boolean);
  return heads
    .filter(
      (head) =>
        head.deletedAt === null &&
        (query.kind === "all" || head.kind === query.kind) &&
        (query.outcome === "all" || head.outcome === query.outcome) &&
        (query.tag === "" || head.tags.includes(query.tag)) &&
        (!query.pinnedOnly || head.pinned) &&
        words.every((word) => textOf(head).includes(word)),
    )
    .sort(ORDERS[query.order]);
}

type Compare = (a: RunHead, b: RunHead) => number;

/** Runs without the number come last. */
function by(numberOf: (head: RunHead) => number | null | undefined, direction: 1 | -1): Compare {
  return (a, b) => {
    const [left, right] = [numberOf(a) ?? null, numberOf(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return direction * (left - right);
  };
}

const ORDERS: Readonly<Record<RunOrder, Compare>> = {
  newest: by(({ startedAt }) => startedAt, -1),
  oldest: by(({ startedAt }) => startedAt, 1),
  name: (a, b) => titleOf(a).localeCompare(titleOf(b), "en"),
  accuracy: by(accuracyOf, -1),
  loss: by(({ figures }) => figures.validation?.loss, 1),
  time: by(({ figures }) => figures.trainMs, 1),
  parameters: by(({ costs }) => costs?.parameters, 1),
  macs: by(({ costs }) => costs?.macs, 1),
};

/** Returns all tags in use, in the order of the alphabet. */
export function tagsOf(heads: readonly RunHead[]): readonly string[] {
  const tags = new Set(
    heads.flatMap(({ tags: own, deletedAt }) => (deletedAt === null ? own : [])),
  );
  return [...tags].sort((a, b) => a.localeCompare(b, "en"));
}
