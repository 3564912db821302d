import { expect, test } from "vitest";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { CONFORMANCE_CASES } from "./cases.ts";
import { caseBatch, startingWeights } from "./caseData.ts";
test("sens", async () => {
  const given = CONFORMANCE_CASES.find(({ name }) => name === "a small Xception")!;
  const run = async (mixedPrecision: boolean, eps: number) => {
    const e = createReferenceExecutor({ ...given.options, mixedPrecision });
    e.writeWeights(new Map([...startingWeights(given.options)].map(([k, v]) => [k, v.map((x, i) => x * (1 + eps * ((i * 7919 % 13) - 6) / 6))])));
    return e.gradients(caseBatch(given, 0));
  };
  const dev = (a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>) => {
    const out: string[] = [];
    for (const [k, v] of a) { let d = 0, m = 0; v.forEach((x, i) => { d = Math.max(d, Math.abs(x - b.get(k)![i]!)); m = Math.max(m, Math.abs(x)); }); out.push(`${k} ${(d / m).toExponential(1)}`); }
    return out.filter(l => /block1_conv1\/|block4_sepconv1\/p|block7|pred/.test(l)).join(" | ");
  };
  const h = await run(true, 0), f = await run(false, 0);
  console.log("half vs full", dev(h, f));
  console.log("half vs half+1e-7", dev(h, await run(true, 1e-7)));
  console.log("full vs full+1e-7", dev(f, await run(false, 1e-7)));
  console.log("full vs full+1e-4", dev(f, await run(false, 1e-4)));
  expect(1).toBe(1);
}, 400000);
