import { openDawn } from "./src/cli/openDawn.ts";
import { openDevice } from "./src/exec/webgpu/openDevice.ts";
import { WebgpuMachine, storageOf } from "./src/exec/webgpu/webgpuMachine.ts";
import { timeGroups } from "./src/exec/webgpu/timing.ts";
import { productVariants, type ProductVariant } from "./src/exec/webgpu/kernels/productVariants.ts";
import { columnProduct, rowProduct } from "./src/exec/webgpu/kernels/products.ts";
const only = process.argv[2] ?? "";
const open = await openDevice(await openDawn());
const machine = new WebgpuMachine(open);
const lanes = Number(process.env.LANES ?? 4);
const base = productVariants({ isSoftware: true, subgroupLanes: lanes });
const extra: ProductVariant[] = (process.env.EXTRA ?? "").split(",").filter(Boolean).map((e) => { const [kind, r, c] = e.split(":"); return { name: e, sharing: kind as "none", rows: +r!, columns: +c!, lanes, wantedThreads: 16384 } as ProductVariant; });
const variants = [...base, ...extra].filter(v => v.name.match(only));
const sizes = (process.env.SIZES ?? "288x184x184,1152x64x64").split(",").map(s => s.split("x").map(Number));
const kinds = (process.env.KINDS ?? "fwd,bwd,dw").split(",");
const at = (storage: string) => ({ storage, base: 0 });
const st = (storage: string) => ({ kind: "stored", source: at(storage) }) as const;
for (const [m, n, k] of sizes as [number, number, number][]) for (const kind of kinds) {
  const lists: any[] = [];
  for (const variant of variants) {
    let partsCount = 0, numParts = 1;
    const low: any = { productVariant: () => variant, parts: (c: number) => { partsCount = c; return at("parts"); }, deferSum: (s: any) => { numParts = s.numParts; } };
    // dw: rows of A^T are m? use [k=m rows], m<-k
    const d = kind === "fwd" ? [rowProduct({ name: kind, m, n, k, a: st("a"), channels: k, b: at("b"), y: at("y") }, low)]
      : kind === "bwd" ? [rowProduct({ name: kind, m, n, k, a: st("a"), channels: k, b: at("b"), transposed: { depth: k }, y: at("y") }, low)]
      : columnProduct({ name: kind, m: k, n, k: m, a: st("a"), channels: k, b: st("b"), y: at("y") }, low);
    const sz = (kind === "dw") ? { a: m * k, b: m * n, y: k * n } : { a: m * k, b: k * n, y: m * n };
    const storages = await machine.allocate(new Map(Object.entries({ ...sz, parts: partsCount }).map(([s, c]) => [s, Math.ceil((c + 1) / 64) * 64] as [string, number])));
    const A = Float32Array.from({ length: sz.a }, (_, i) => Math.sin(i * 1.7)), B = Float32Array.from({ length: sz.b }, (_, i) => Math.cos(i * 2.3));
    machine.write(storageOf(storages, "a"), A); machine.write(storageOf(storages, "b"), B);
    const c0 = process.cpuUsage().user, w0 = performance.now();
    const list = await machine.bind(d.map(x => ({ ...x, label: x.name })), storages);
    await machine.finish();
    const comp = performance.now() - w0;
    machine.run(list);
    const src = partsCount ? "parts" : "y";
    const y = new Float32Array(await machine.read(storageOf(storages, src), 4 * (partsCount || sz.y)));
    const cpu = (process.cpuUsage().user - c0) / 1000;
    const stride = partsCount / numParts;
    let worst = 0;
    const M = kind === "dw" ? k : m, K = kind === "dw" ? m : k;
    for (let t = 0; t < 300; t++) {
      const row = t < 20 ? M - 1 - (t % Math.min(4, M)) : (t * 7919) % M, col = t < 20 ? n - 1 - (t % Math.min(5, n)) : (t * 104729) % n;
      let want = 0;
      for (let i = 0; i < K; i++) want += kind === "fwd" ? A[row * k + i]! * B[i * n + col]! : kind === "bwd" ? A[row * k + i]! * B[col * k + i]! : A[i * k + row]! * B[i * n + col]!;
      let got = 0;
      if (partsCount) for (let p = 0; p < numParts; p++) got += y[p * stride + row * n + col]!; else got = y[row * n + col]!;
      worst = Math.max(worst, Math.abs(want - got));
    }
    lists.push({ variant, list, comp, cpu, worst, numParts, times: [] as number[], cpus: [] as number[] });
  }
  for (let r = 0; r < Number(process.env.ROUNDS ?? 3); r++) for (const l of lists) { const c0 = process.cpuUsage(); l.times.push((await timeGroups(machine.device, [l.list])).ms[0]!); const c = process.cpuUsage(c0); l.cpus.push((c.user + c.system) / 1000); }
  for (const l of lists) console.log(`${kind} ${m}x${n}x${k}`.padEnd(20), l.variant.name.padEnd(28), "compile", l.comp.toFixed(0).padStart(6), "cpu", l.cpu.toFixed(0).padStart(6), "err", l.worst.toExponential(1), "parts", l.numParts, "best ms", Math.min(...l.times).toFixed(2), "cpu", Math.min(...l.cpus).toFixed(1), "GF/cpu-s", (2 * m * n * k / Math.min(...l.cpus) / 1e6).toFixed(2));
}
machine.close();
