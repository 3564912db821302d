/** Tests isolation, which threads need: by the server's headers, by a service worker on a host without them, or not at all. */
import { expect, type Page, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  ENDLESS,
  type LinkSettings,
  openPlayground,
  QUICK,
  SMALLEST,
  waitForStep,
} from "./playground.ts";
import { type StaticHost, startStaticHost } from "./staticHost.ts";

const RUN: LinkSettings = { ...SMALLEST, ...QUICK, threads: 2, ...ENDLESS };

const isIsolated = (page: Page) => page.evaluate(() => crossOriginIsolated);
const numServiceWorkers = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

test("our own server isolates the page, without a service worker", async ({ page }) => {
  await openPlayground(page);
  expect(await isIsolated(page)).toBe(true);
  expect(await numServiceWorkers(page)).toBe(0);
});

test.describe("on a host that sends no headers", () => {
  let host: StaticHost;
  test.beforeEach(async () => {
    host = await startStaticHost();
  });
  test.afterEach(() => host.close());

  test("a service worker isolates the page, which loads once more, and threads train", async ({
    browser,
  }) => {
    const context = await browser.newContext({ baseURL: host.address });
    const page = await context.newPage();
    const errors = collectPageErrors(page);
    await openPlayground(page, RUN);
    await page.waitForFunction(() => crossOriginIsolated);
    expect(await numServiceWorkers(page)).toBe(1);
    await button(page, "Train").click();
    await waitForStep(page, 2);
    await expect(
      page.getByRole("button", { name: "CPU, compiled · SIMD, 2 threads" }),
    ).toBeVisible();
    expect(host.numPages()).toBe(2);
    expect(errors).toEqual([]);
    await context.close();
  });

  test("where service workers are forbidden it trains on one thread and says why", async ({
    browser,
  }) => {
    const context = await browser.newContext({ baseURL: host.address, serviceWorkers: "block" });
    const page = await context.newPage();
    await openPlayground(page, { ...RUN, reproducible: "on" });
    await button(page, "Train").click();
    await waitForStep(page, 2);
    expect(await isIsolated(page)).toBe(false);
    expect(host.numPages()).toBe(1);
    await page.getByRole("button", { name: "CPU, compiled · SIMD, one thread" }).click();
    await expect(
      page.getByText(/One thread: this page is not cross-origin isolated.* Plain SIMD/),
    ).toBeVisible();
    await context.close();
  });
});
