/** PyTorch as an entrant: runs `bench/peers/pytorch.py` as a process beside the browser and passes the network as files. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { WEIGHTS_FILE } from "../../src/interop/layersModel.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { benchNetwork } from "../network.ts";
import { CHECKED_STEPS, type Entrant, type EntrantReply } from "./entrant.ts";

const SCRIPT = join(import.meta.dirname, "../peers/pytorch.py");

export function createPytorchEntrant(python: string, threads: number): Entrant {
  let peer: PythonPeer | undefined;
  return {
    name: "PyTorch",
    async prepare(settings) {
      peer = startPeer(python);
      const folder = writeNetwork(settings);
      const { learningRate } = settings;
      try {
        const request = { folder, threads, learningRate, checkedSteps: CHECKED_STEPS };
        return await peer.ask({ kind: "prepare", ...request });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    async run(steps) {
      if (peer === undefined) throw new Error("PyTorch was not prepared");
      return peer.ask({ kind: "run", steps });
    },
    release: async () => peer?.end(),
  };
}

interface PythonPeer {
  ask(request: object): Promise<readonly number[]>;
  end(): void;
}

function startPeer(python: string): PythonPeer {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [SCRIPT], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const replies = createInterface({ input: child.stdout });
  const ended = new Promise<never>((_, reject) => {
    child.on("error", (error) => reject(new Error(`PyTorch: ${error.message}`)));
    child.on("exit", (code) => reject(new Error(`PyTorch: the process ended with ${code}`)));
  });
  // The caller that awaits an answer gets the error.
  ended.catch(() => {});
  return {
    async ask(request) {
      const line = new Promise<string>((resolve) => replies.once("line", resolve));
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const reply: EntrantReply = JSON.parse(await Promise.race([line, ended]));
      if ("numbers" in reply) return reply.numbers;
      throw new Error(`PyTorch: ${reply.ok ? "it answered without numbers" : reply.reason}`);
    },
    end: () => {
      child.stdin.end();
    },
  };
}

/** @returns the folder, which the caller must remove. */
function writeNetwork(settings: Settings): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-network-"));
  const { model, weightData, images, labels } = benchNetwork(settings);
  writeFileSync(join(folder, "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, WEIGHTS_FILE), weightData);
  writeFileSync(join(folder, "images.bin"), images);
  writeFileSync(join(folder, "labels.bin"), labels);
  return folder;
}
