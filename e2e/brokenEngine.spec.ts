/** Tests a compiled engine that breaks: the message says where, the curve stays, and one press continues in another way. */
import { expect, type Page, test } from "@playwright/test";
import {
  button,
  collectPageErrors,
  ENDLESS,
  field,
  type LinkSettings,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  stepShown,
  waitForStep,
  wordsOf,
} from "./playground.ts";
import { startStaticHost } from "./staticHost.ts";

const RUN: LinkSettings = { ...SMALLEST, ...QUICK, threads: 2, ...ENDLESS };

const ISOLATING = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const startAgain = (page: Page, how: string) => button(page, `Start again ${how}`);

/** A helper thread that works for four seconds and is then killed. */
const MORTAL_HELPER = `
self.onmessage = ({ data }) => {
  const code = "onmessage = ({ data: { module, memory, control, thread } }) => {" +
    "const { serve } = new WebAssembly.Instance(module, { env: { memory } }).exports;" +
    "postMessage({ kind: 'ready' }); serve(control, thread); }";
  const inner = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  inner.onmessage = ({ data: report }) => {
    self.postMessage(report);
    setTimeout(() => inner.terminate(), 4000);
  };
  inner.postMessage(data);
};`;

test("a thread that dies within a step again and again is outlived: training goes on with one", async ({
  browser,
}) => {
  const host = await startStaticHost({
    headers: ISOLATING,
    replaced: { name: /helperWorker.*\.js$/, content: MORTAL_HELPER },
  });
  const context = await browser.newContext({ baseURL: host.address });
  const page = await context.newPage();
  const errors = collectPageErrors(page);
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(page.getByRole("button", { name: "CPU, compiled · SIMD, 2 threads" })).toBeVisible();
  await waitForStep(page, 2);

  // Four seconds of work, then a timeout of five seconds while the other thread waits. The run is first retried with both
  // threads.
  await expect(page.getByText(/After step [\d,]+ the device was lost/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole("button", { name: "CPU, compiled · SIMD, one thread" })).toBeVisible({
    timeout: 120_000,
  });
  await waitForStep(page, (await stepShown(page)) + 1);
  expect(await wordsOf(page, "Loss")).toMatch(/training/i);
  expect(errors).toEqual([]);
  await context.close();
  host.close();
});

test("kernels that do not compile are said, one press goes on with TensorFlow.js, and Automatic does without", async ({
  page,
}) => {
  await page.route(/kernels\..*\.wasm/, (route) =>
    route.fulfill({ contentType: "application/wasm", body: "no module" }),
  );
  await openPlayground(page, RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: CPU compiled: the kernels cannot be compiled/);

  await startAgain(page, "on TensorFlow.js").click();
  await expect(page.getByText("The run failed")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /TensorFlow\.js · / })).toBeVisible();
  await waitForStep(page, 1);
  await expect(page).toHaveURL(/eng=tfjs/);
  await expect(field(page, "Threads")).toHaveCount(0);

  await openPlayground(page, { ...RUN, engine: "automatic", threads: 0 });
  await button(page, "Train").click();
  await page.getByRole("button", { name: /TensorFlow\.js · / }).click();
  await expect(page.getByText(/the kernels cannot be compiled/)).toBeVisible();
});

test("a plan too large for memory is refused before it starts, with the number", async ({
  page,
}) => {
  await openPlayground(page, { ...RUN, inputSize: 299, width: 1, batchSize: 512 });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: CPU compiled: .*room for [\d.]+ GB/, {
    timeout: 120_000,
  });
  await expect(startAgain(page, "on TensorFlow.js")).toBeVisible();
});

test("a loss that is no number proposes a tenth of the learning rate", async ({ page }) => {
  await openPlayground(page, { ...RUN, optimizer: "sgd", momentum: 0.99, learningRate: 10 });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: Training, steps? \d+.*loss/, {
    timeout: 60_000,
  });
  await startAgain(page, "with a learning rate of 1").click();
  await expect(field(page, "Learning rate")).toHaveValue("1");
  await expect(page).toHaveURL(/lr=1(&|$)/);
  await expect(page.getByRole("button", { name: "CPU, compiled · SIMD, 2 threads" })).toBeVisible();
});
