/**
 * Measures what checkpoints of the recipe "The notebook" cost training on CPU compiled: in the page, in real Chromium, and in
 * Node. Steps beside a checkpoint alternate with as many others.
 */
import type { BenchPage } from "../page.ts";
import { costOf } from "./costOf.ts";
import { roundsInNode } from "./roundsInNode.ts";
import { roundsOnPage } from "./roundsOnPage.ts";

/** A step takes seconds, so there are few. */
const ROUNDS = 3;

/** The written checkpoint, and its cost in the page and in Node. */
export async function checkpoints(page: BenchPage): Promise<object> {
  const onPage = costOf(await roundsOnPage(page, ROUNDS));
  console.error("bench: checkpoints in Node ...");
  return { page: onPage, node: costOf(await roundsInNode(ROUNDS)) };
}
