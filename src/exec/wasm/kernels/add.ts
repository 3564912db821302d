/** Sums of maps, and of the gradients that reach one map from several readers. */
import { AddTermsCall } from "./generated/calls";
import { addValues } from "./generated/vectors";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { blockRows } from "./shared/rows";

/**
 * Sums a block of rows before it writes them, so that the result may share its memory with any term.
 *
 * @param scratch two blocks of `blockRows` rows.
 */
export function addTerms(call: AddTermsCall, chunk: i32, scratch: usize): void {
  const channels = call.rows.channels;
  const bytes = (<usize>channels) << 2;
  const start = chunk * call.rows.perChunk;
  const end = min(call.rows.count, start + call.rows.perChunk);
  const epilogue = call.epilogue;
  const block = blockRows(channels);
  const other = scratch + <usize>block * bytes;
  beginGradient(epilogue, chunk, channels);
  for (let first = start; first < end; first += block) {
    const rows = min(block, end - first);
    const target = call.result + <usize>first * bytes;
    sumBlock(call, first, rows, scratch, other, target);
    finishGradient(epilogue, chunk, first, rows, channels, target, other);
  }
}

function sumBlock(
  call: AddTermsCall,
  first: i32,
  rows: i32,
  partial: usize,
  other: usize,
  target: usize,
): void {
  const channels = call.rows.channels;
  const terms = call.numTerms;
  let sum = stageRows(call.terms(0), first, rows, channels, partial);
  for (let term = 1; term < terms; term += 1) {
    const next = stageRows(call.terms(term), first, rows, channels, other);
    const into = term === terms - 1 ? target : partial;
    addValues(into, sum, next, rows * channels);
    sum = into;
  }
}
