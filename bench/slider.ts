/** Measures the time from a slider's key press until every count on the screen is updated. */
import { greatestOf } from "../src/core/numbers.ts";
import { median } from "./median.ts";
import type { BenchPage } from "./page.ts";

const MOVES = 16;

export async function slider({ open }: BenchPage): Promise<object> {
  const page = await open("recipe=paper&middleRepeats=0");
  const handle = page.getByRole("slider", { name: "Middle-flow repeats", exact: true });
  await handle.focus();
  await page.getByLabel("Parameters", { exact: true }).evaluate((figure) => {
    const times: number[] = [];
    Object.assign(window, { benchTimes: times });
    window.addEventListener(
      "keydown",
      () => {
        const start = performance.now();
        const before = figure.textContent;
        const observer = new MutationObserver(() => {
          if (figure.textContent === before) return;
          observer.disconnect();
          times.push(performance.now() - start);
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      },
      { capture: true },
    );
  });
  for (let move = 0; move < MOVES; move += 1) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(150);
  }
  const shown = await page.getByLabel("Parameters", { exact: true }).textContent();
  const times = await page.evaluate(() => window.benchTimes);
  if (times.length !== MOVES)
    throw new Error(`slider: ${times.length} of ${MOVES} moves changed the count (${shown}).`);
  return {
    moves: MOVES,
    medianMs: median(times),
    worstMs: greatestOf(times),
    limitMs: 16,
    withinLimit: greatestOf(times) <= 16,
  };
}
