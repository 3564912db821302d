import { defineConfig } from "vitest/config";

/** The configuration of the journeys in Firefox: one browser at a time, with the time limits of `playwright.config.ts`. */
export default defineConfig({
  test: {
    name: "firefox",
    include: ["e2e/firefox/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
