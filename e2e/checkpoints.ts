/** Looks at the checkpoints that a page has stored. */
import type { Page } from "@playwright/test";

/** Returns the numbers of steps of the checkpoints that are complete in the browser's own storage. */
export function keptSteps(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const runs = await root.getDirectoryHandle("runs", { create: true });
    const steps: number[] = [];
    for await (const run of runs.values()) {
      if (!(run instanceof FileSystemDirectoryHandle)) continue;
      try {
        for await (const [name, entry] of run.entries()) {
          if (!(entry instanceof FileSystemFileHandle)) continue;
          const start = await (await entry.getFile()).slice(0, 8).text();
          if (start === "XPcheckp") steps.push(Number(/step-(\d+)/.exec(name)?.[1]));
        }
      } catch (error) {
        // The page may delete what is being looked at.
        if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
      }
    }
    return steps;
  });
}
