/** Tests journeys in a stock Firefox, which has threads, no WebGPU in headless mode, and its own rules for imports. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { pictures, zipOf } from "../ownFiles.ts";
import { ENDLESS, QUICK, SMALLEST } from "../playground.ts";
import { type FirefoxPage, openFirefox } from "./firefox.ts";

let firefox: FirefoxPage;

beforeEach(async () => {
  firefox = await openFirefox();
});

afterEach(async () => {
  await firefox.close();
});

test("train on several threads, pause, step and resume", async () => {
  await firefox.open({ ...SMALLEST, ...QUICK, ...ENDLESS });
  expect(await firefox.evaluate(() => crossOriginIsolated)).toBe(true);
  await firefox.press("Train");
  await firefox.waitForStatus(/Training, .* step ([3-9]|\d\d+) of/);
  await firefox.press("Pause");
  await firefox.waitForStatus(/^Paused$/);
  const step = await firefox.stepShown();
  await firefox.press("Step");
  await expect.poll(() => firefox.stepShown(), { timeout: 60_000 }).toBe(step + 1);
  await firefox.press("Resume");
  await firefox.waitForStatus(/^Training/);
  await expect.poll(() => firefox.stepShown(), { timeout: 60_000 }).toBeGreaterThan(step + 1);
  expect(firefox.errors).toEqual([]);
});

test("own pictures are dropped as a zip, described and trained on", async () => {
  await firefox.open({ ...SMALLEST, ...QUICK, batchSize: 8, steps: 2 });
  await firefox.drop([await zipOf("pictures.zip", pictures(40))]);
  await firefox.waitForWords(/32 training and 8 test images/);
  await firefox.press("Train");
  await firefox.waitForStatus(/^Finished$/);
  expect(firefox.errors).toEqual([]);
});

test("the network is lost, Export says so, and the file comes when it is back", async () => {
  await firefox.open({ ...SMALLEST, ...QUICK, ...ENDLESS, dataSet: "starter" });
  await firefox.press("Train");
  await firefox.waitForStatus(/Training, .* step ([3-9]|\d\d+) of/);
  await firefox.press("Pause");
  await firefox.waitForStatus(/^Paused$/);
  const step = await firefox.stepShown();
  firefox.host.setOffline(true);
  await firefox.press("Export");
  await firefox.waitForWords(/Export could not be loaded.*Check the connection and press again/);
  firefox.host.setOffline(false);
  await firefox.press("Export");
  await firefox.waitForWords(new RegExp(`The weights after step ${step}[.]`));
  await firefox.press("Save ONNX model");
  const model = await firefox.savedFile(`one-minute-step-${step}.onnx`);
  expect(model.length).toBeGreaterThan(10_000);
  expect(firefox.errors).toEqual([]);
});
