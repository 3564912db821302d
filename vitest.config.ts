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
    // Selects the same adapter on every machine, with or without a graphics card.
    env: { WEBGPU_SOFTWARE: "1" },
    // Vitest leaves one core free by default; a test run uses all.
    maxWorkers: availableParallelism(),
    setupFiles: "scripts/seededProperties.ts",
    globalSetup: "scripts/buildStandalonePage.ts",
    // A software adapter or a busy machine is slow.
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
