import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/chromium.ts";

const port = Number(process.env.E2E_PORT ?? 4273);
const executablePath = findChromium();

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  // Runs two files at a time, because each mostly waits for a page or computes on one core. The timeouts allow for that.
  workers: 2,
  fullyParallel: false,
  timeout: 600_000,
  expect: { timeout: 60_000 },
  retries: 0,
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1366, height: 768 },
    screenshot: "only-on-failure",
    // A trace photographs the page at every change, which slows the passing journeys too. `npx playwright test FILE --trace on`.
    trace: "off",
    // A missing element fails its journey soon, and not at the end of the journey's timeout.
    actionTimeout: 60_000,
    launchOptions: {
      args: [...CHROMIUM_FLAGS],
      ...(executablePath === undefined ? {} : { executablePath }),
    },
  },
  webServer: {
    command: `node --import tsx scripts/build.ts --if-changed && node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    timeout: 600_000,
    reuseExistingServer: false,
  },
});
