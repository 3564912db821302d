import { expect, test } from "vitest";
import { buildXception } from "../../network/networks/xception.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { fakeExecutor } from "../loop/fakeRun.ts";
import type { RunEnvironment } from "../loop/prepareRun.ts";
import { executorOptions } from "./executorOptions.ts";
import { sameEngine } from "./sameEngine.ts";

const { settings } = oneMinute;
const options = executorOptions(settings, buildXception(settings));

/** Records what was asked for and returns the engine that Automatic would choose on this machine. */
function asked() {
  const engines: Settings["engine"][] = [];
  const select: RunEnvironment["selectEngine"] = async ({ engine }) => {
    engines.push(engine);
    const executor = fakeExecutor();
    const given = engine === "automatic" ? "webgpu" : engine;
    return {
      executor: { ...executor, info: { ...executor.info, engine: given } },
      reason: "It is the faster one.",
      fallbacks: [],
    };
  };
  return { engines, select: sameEngine(select) };
}

test("what the first network gets by itself the others get too, and it says why", async () => {
  const { engines, select } = asked();
  const first = await select(settings, options, () => {});
  const second = await select(settings, options, () => {});
  expect(engines).toEqual(["automatic", "webgpu"]);
  expect(first.reason).toBe("It is the faster one.");
  expect(second.reason).toMatch(/beside it/);
});

test("an engine set by hand stays, and decides for nobody", async () => {
  const { engines, select } = asked();
  await select({ ...settings, engine: "wasm" }, options, () => {});
  await select(settings, options, () => {});
  await select({ ...settings, engine: "tfjs" }, options, () => {});
  expect(engines).toEqual(["wasm", "automatic", "tfjs"]);
});
