import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { chooseBackend } from "./chooseBackend.ts";
import type { BackendName, OpenBackend } from "./openBackend.ts";
import { probeBackend } from "./probe.ts";

beforeAll(() => tf.enableProdMode());

function standIn(name: BackendName, changes: Partial<OpenBackend> = {}): OpenBackend {
  return {
    name,
    device: "a card",
    isSoftware: false,
    lost: new Promise(() => {}),
    fault: () => undefined,
    finish: async () => {},
    usedBytes: () => 0,
    dispose: () => {},
    ...changes,
  };
}

const failing = (reason: string) => () => Promise.reject(new Error(reason));

test("outside a browser only the CPU is left, and the others are told with their reasons", async () => {
  const { backend, reason, fallbacks } = await chooseBackend("automatic");
  expect(backend.name).toBe("cpu");
  expect(reason).toMatch(/first backend/);
  expect(fallbacks).toEqual([
    { backend: "webgpu", reason: expect.stringMatching(/WebGPU/) },
    { backend: "webgl", reason: expect.stringMatching(/outside a browser/) },
  ]);
});

test("a backend chosen by hand that does not work is an error, not a fallback", async () => {
  await expect(chooseBackend("webgpu")).rejects.toMatchObject({
    code: "engine.unavailable",
    context: { backend: "webgpu" },
  });
});

test("the first that works is taken, and a software adapter is said to be one", async () => {
  const phases: string[] = [];
  const software = { isSoftware: true, device: "SwiftShader" };
  const backends = [
    { name: "webgpu", open: failing("no adapter") },
    { name: "webgl", open: async () => standIn("webgl", software) },
    { name: "cpu", open: failing("never asked") },
  ] as const;
  const chosen = await chooseBackend(
    "automatic",
    (phase) => phases.push(phase),
    backends,
    async () => {},
  );
  expect(chosen.backend.name).toBe("webgl");
  expect(chosen.reason).toMatch(/in software \(SwiftShader\)/);
  expect(chosen.fallbacks).toEqual([{ backend: "webgpu", reason: "no adapter" }]);
  expect(phases).toEqual(["Trying WebGPU", "Trying WebGL"]);
});

test("a backend that computes wrongly is closed and passed over", async () => {
  const closed: string[] = [];
  const probes = [failing("it computes a convolution wrongly"), async () => {}];
  const backends = (["webgpu", "cpu"] as const).map((name) => ({
    name,
    open: async () => standIn(name, { dispose: () => void closed.push(name) }),
  }));
  const chosen = await chooseBackend("automatic", undefined, backends, () =>
    (probes.shift() ?? failing("asked too often"))(),
  );
  expect(chosen.backend.name).toBe("cpu");
  expect(closed).toEqual(["webgpu"]);
  expect(chosen.fallbacks).toEqual([
    { backend: "webgpu", reason: "it computes a convolution wrongly" },
  ]);
});

test("the probe accepts the CPU backend and leaves no tensor behind", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  await probeBackend();
  expect(tf.memory().numTensors).toBe(before);
});
