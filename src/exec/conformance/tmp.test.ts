import { expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { CONFORMANCE_CASES } from "./cases.ts";
import { type CreateExecutor, failuresOf, runConformance } from "./runConformance.ts";
const mixed: CreateExecutor = (o) => openWebgpu({ ...o, mixedPrecision: true });
const only = process.env.ONLY;
test.each(CONFORMANCE_CASES.filter(({name}) => only === undefined || name.includes(only)))("$name", async (given) => {
  const checks = await runConformance({ ...given, options: { ...given.options, mixedPrecision: true } }, mixed, createReferenceExecutor);
  const kinds = new Map<string, number>();
  const g = /^(gradient|loss|movement|inference|unchanged)/;
  for (const c of checks) { const k = g.exec(c.what)?.[0] ?? "?"; const r = c.allowed === 0 ? c.deviation : c.deviation / c.allowed; if (!(r <= (kinds.get(k) ?? 0))) kinds.set(k, r); }
  console.log("RES", given.name, JSON.stringify(Object.fromEntries(kinds)));
  console.log(failuresOf(checks).join("\n"));
  expect(checks.every(c => !Number.isNaN(c.deviation))).toBe(true);
});
