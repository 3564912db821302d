/**
 * Tests WebGPU compiled with a graphics device that is lost, or that computes wrongly: the run continues, or says what to do
 * instead.
 */
import { expect, test } from "@playwright/test";
import {
  beforeTheWorker,
  button,
  collectPageErrors,
  ENDLESS,
  type LinkSettings,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  waitForStep,
  wordsOf,
} from "./playground.ts";

const RUN: LinkSettings = { ...SMALLEST, ...QUICK, engine: "webgpu", ...ENDLESS };

/** Numbers the devices from 1; the first one is the probe's. */
const onDevice = (use: string) => `{
  const ask = GPUAdapter.prototype.requestDevice;
  let number = 0;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await ask.apply(this, given);
    number += 1;
    (${use})(device, number);
    return device;
  };
}`;

/** Loses the device after this many submits, some steps into the training, whatever the speed of the machine. */
const LOST_AFTER = `(device) => {
  const submit = device.queue.submit.bind(device.queue);
  let left = 40;
  device.queue.submit = (buffers) => {
    submit(buffers);
    left -= 1;
    if (left === 0) device.destroy();
  };
}`;
/** Loses the device when the page sends a message. */
const LOST_ONCE = onDevice(`(device, number) => {
  if (number === 2) new BroadcastChannel("lose the device").onmessage = () => device.destroy();
}`);
const LOST_ALWAYS = onDevice(`(device, number) => number >= 2 && (${LOST_AFTER})(device)`);

test("a device that is lost is replaced, the curve misses nothing, and a notice tells it", async ({
  page,
}) => {
  const errors = collectPageErrors(page);
  await beforeTheWorker(page, LOST_ONCE);
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(page.getByText(/^Compiling, \d+ of \d+ kernels$/)).toBeVisible({ timeout: 60_000 });
  await waitForStep(page, 1);
  await page.evaluate(() => new BroadcastChannel("lose the device").postMessage("now"));
  const notice = page.getByText(/After step [\d,]+ the device was lost/);
  await expect(notice).toBeVisible({ timeout: 120_000 });
  const lostAt = Number(/step ([\d,]+) the/.exec((await notice.textContent()) ?? "")?.[1]);
  await waitForStep(page, lostAt + 2);
  await expect(page.getByRole("button", { name: "WebGPU, compiled" })).toBeVisible();
  expect(await wordsOf(page, "Loss")).toMatch(/training/i);
  expect(errors).toEqual([]);
});

test("a device that is lost again and again ends the run, and the CPU engine is one press away", async ({
  page,
}) => {
  await beforeTheWorker(page, LOST_ALWAYS);
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: WebGPU, compiled: the device was lost/, {
    timeout: 200_000,
  });
  await button(page, "Start again on CPU compiled").click();
  await expect(page.getByRole("button", { name: /CPU, compiled/ })).toBeVisible({
    timeout: 60_000,
  });
  await waitForStep(page, 1);
});

test("an adapter that computes wrongly is refused with the operation, and the CPU engine offered", async ({
  page,
}) => {
  // Makes every square root a little too large.
  await beforeTheWorker(
    page,
    onDevice(`(device) => {
      const make = device.createShaderModule.bind(device);
      device.createShaderModule = ({ code, ...rest }) =>
        make({ ...rest, code: code.replaceAll("sqrt(", "1.05 * sqrt(") });
    }`),
  );
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(
    /^Failed: WebGPU, compiled, on .*must compute a tiny network as the reference does, and the .* is off/,
    { timeout: 60_000 },
  );
  await expect(button(page, "Start again on CPU compiled")).toBeVisible();
});

test("a kernel that does not compile is named, and the CPU engine offered", async ({ page }) => {
  await beforeTheWorker(
    page,
    onDevice(`(device) => {
      const make = device.createShaderModule.bind(device);
      device.createShaderModule = ({ label, code }) =>
        make({ label, code: label.startsWith("maxPool") ? "no shader" : code });
    }`),
  );
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: WebGPU compiled: .*maxPool.* does not compile/, {
    timeout: 60_000,
  });
  await expect(button(page, "Start again on CPU compiled")).toBeVisible();
});
