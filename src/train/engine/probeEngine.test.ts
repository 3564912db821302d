import { expect, test } from "vitest";
import { openWasm, openWebgpu } from "../../cli/engines.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { createProbe, probeEngine } from "./probeEngine.ts";

/** Wraps the reference executor and changes some of its methods. */
function changed(options: ExecutorOptions, changes: (executor: Executor) => object): Executor {
  const executor = createReferenceExecutor(options);
  return new Proxy(executor, {
    get: (target, name) => {
      const changing: object = changes(target);
      const value: unknown = Reflect.get(name in changing ? changing : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("the compiled engines pass", async () => {
  await expect(probeEngine((options) => openWasm(options, 1))).resolves.toBeUndefined();
  await expect(probeEngine(openWebgpu)).resolves.toBeUndefined();
});

test("an engine with one wrong gradient is refused, with the operation and the difference", async () => {
  const open = async (options: ExecutorOptions) =>
    changed(options, (executor) => ({
      async gradients(...batch: Parameters<Executor["gradients"]>) {
        const gradients = new Map(await executor.gradients(...batch));
        const path = "separable_convolution/depthwise_kernel";
        const half = gradients.get(path)?.map((value) => value / 2);
        return new Map([...gradients, [path, half]]);
      },
    }));
  await expect(probeEngine(open)).rejects.toMatchObject({
    code: "engine.unavailable",
    message: expect.stringMatching(
      /gradient of separable convolution\/depthwise.*is off.*expected at most/,
    ),
    context: { setting: "engine" },
  });
});

test("an engine whose optimizer goes another way is refused", async () => {
  const open = async (options: ExecutorOptions) =>
    createReferenceExecutor({ ...options, optimizer: { ...options.optimizer, beta1: 0.5 } });
  await expect(probeEngine(open)).rejects.toMatchObject({
    message: expect.stringContaining("movement of"),
  });
});

test("a pass is remembered, a refusal asked for again", async () => {
  const answers = [Promise.reject(new Error("off")), Promise.resolve()];
  let asked = 0;
  const probe = createProbe(async () => {
    asked += 1;
    await answers.shift();
  });
  const open = () => Promise.reject(new Error("not opened"));
  await expect(probe(open)).rejects.toThrow("off");
  await probe(open);
  await probe(open);
  expect(asked).toBe(2);
});
