import { expect, test } from "vitest";
import { OPTIMIZER_WORDS } from "../src/formulas/optimizers/words.ts";
import { optimizerWords } from "./optimizerWords.ts";

const { load } = optimizerWords();

test("the build replaces the words of the optimisers by data, and no other module", async () => {
  if (typeof load !== "function") throw new Error("the plugin has no function that loads a module");
  const loaded = (id: string) => Reflect.apply(load, undefined, [id]);
  const code: unknown = loaded("/page/src/formulas/optimizers/words.ts");
  expect(code).not.toContain("import");
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(String(code))}`);
  expect(module).toMatchObject({ OPTIMIZER_WORDS });
  expect(loaded("/page/src/formulas/optimizers/registry.ts")).toBeUndefined();
});
