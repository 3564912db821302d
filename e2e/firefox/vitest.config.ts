import { defineConfig } from "vitest/config";

/** The journeys in Firefox: one browser at a time, and time for each, as in `playwright.config.ts`. */
export default defineConfig({
  test: {
    name: "firefox",
    include: ["e2e/firefox/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
