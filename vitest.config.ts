import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "node",
    include: [
      "src/**/*.test.{ts,tsx}",
      "scripts/**/*.test.ts",
      "bench/**/*.test.ts",
      "soak/**/*.test.ts",
    ],
    // The same adapter on every machine, with a graphics card or without.
    env: { WEBGPU_SOFTWARE: "1" },
    // Vitest leaves one core free for a person who works; a test run has none to leave.
    maxWorkers: availableParallelism(),
    globalSetup: "scripts/buildKernels.ts",
    // A software adapter, and a machine with other work to do, take their time.
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
