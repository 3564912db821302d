/** The bench's page: it starts workers and passes the bench's requests on to them. */

import { benchNetwork } from "../../network.ts";
import type { EntrantReply, EntrantRequest } from "../entrant.ts";
import type { ProbeTask } from "../probe/probeTask.ts";
import type { CpuProbe } from "./pageApi.ts";

const workers = new Map<string, Worker>();

/** Entrants that are part of the page. Others are given by the address of their worker. */
const OWN: Readonly<Record<string, () => Worker>> = {
  ours: () => new Worker(new URL("./ours.ts", import.meta.url), { type: "module" }),
  "stock tfjs cpu": () =>
    new Worker(new URL("./stockTfjs.ts", import.meta.url), { type: "module" }),
};

window.cpuBench = {
  prepare: async ({ name, address, settings, threads }) => {
    await window.cpuBench.release(name);
    const worker = OWN[name]?.() ?? new Worker(address, { type: "module" });
    workers.set(name, worker);
    return numbersOf(
      await ask(name, { kind: "prepare", network: benchNetwork(settings), threads }),
    );
  },
  run: async ({ name, steps }) => numbersOf(await ask(name, { kind: "run", steps })),
  profile: async (name) => {
    const reply = await ask(name, { kind: "profile" });
    return "launches" in reply ? reply.launches : [];
  },
  release: async (name) => {
    workers.get(name)?.terminate();
    workers.delete(name);
  },
  probe,
};

type Answer = Extract<EntrantReply, { ok: true }>;

function numbersOf(answer: Answer): readonly number[] {
  return "numbers" in answer ? answer.numbers : [];
}

/** @throws Error with the entrant's own message. */
function ask(name: string, request: EntrantRequest): Promise<Answer> {
  const worker = workers.get(name);
  if (worker === undefined) throw new Error(`${name} was not prepared`);
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${name}: ${reason}`));
    worker.onerror = ({ message }) => fail(message || "its worker did not load");
    worker.onmessage = ({ data }: MessageEvent<EntrantReply>) =>
      data.ok ? resolve(data) : fail(data.reason);
    worker.postMessage(request);
  });
}

/** Returns the milliseconds of each thread. */
async function probe({ code, threads, ...task }: CpuProbe): Promise<readonly number[]> {
  const module = await WebAssembly.compile(Uint8Array.from(code));
  const gate = new SharedArrayBuffer(4);
  return Promise.all(
    Array.from({ length: threads }, () => probeThread({ ...task, module, gate, threads })),
  );
}

function probeThread(task: ProbeTask): Promise<number> {
  const worker = new Worker(new URL("./probe.ts", import.meta.url), { type: "module" });
  return new Promise<number>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(`probe: ${message}`));
    worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
