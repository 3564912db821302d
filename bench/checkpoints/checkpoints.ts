/**
 * Measures what checkpoints of the recipe "The notebook" cost training on CPU compiled: in the page, in real Chromium, and in
 * Node. In each of several rounds, some steps are taken while a checkpoint is copied and written, and then as many without one.
 */
import type { BenchPage } from "../page.ts";
import { costOf, type Rounds } from "./costOf.ts";
import { roundsInNode } from "./roundsInNode.ts";
import { roundsOnPage } from "./roundsOnPage.ts";

const ROUNDS = { page: 5, node: 4 } as const;

/** The written checkpoint, and its cost in the page and in Node. */
export async function checkpoints(page: BenchPage): Promise<object> {
  const places: Record<string, Rounds> = {
    page: await roundsOnPage(page, ROUNDS.page),
    node: await roundsInNode(ROUNDS.node),
  };
  return Object.fromEntries(Object.entries(places).map(([name, one]) => [name, costOf(one)]));
}
