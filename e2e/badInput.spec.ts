/** Tests errors: each shows one clear message where the person is looking, the history is kept, and nothing else breaks. */
import { chromium, expect, test } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "../scripts/chromium.ts";
import {
  button,
  collectPageErrors,
  ENDLESS,
  field,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
  waitForStep,
  wordsOf,
} from "./playground.ts";

const SHORT_RUN = { ...SMALLEST, ...QUICK, steps: 4 };
const ON_CARD = { engine: "tfjs" };

test("a corrupt shard names the file, after it was asked for again", async ({ page }) => {
  let requests = 0;
  await page.route(/train-00\.shard/, async (route) => {
    requests += 1;
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 0xff;
    await route.fulfill({ response, body });
  });
  await openPlayground(page, SHORT_RUN);
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: .*train-00\.shard/, { timeout: 60_000 });
  await expect(page.getByRole("alert")).toContainText("train-00.shard");
  expect(requests).toBe(3);
});

test("a truncated shard that comes whole the second time is no failure", async ({ page }) => {
  let requests = 0;
  await page.route(/train-00\.shard/, async (route) => {
    requests += 1;
    if (requests > 1) return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 1000) });
  });
  await openPlayground(page, SHORT_RUN);
  await button(page, "Train").click();
  await waitForStep(page, 1);
  expect(requests).toBe(2);
});

test("without the full set's manifest the starter set is trained on, and the page says so", async ({
  page,
}) => {
  await page.route(/fashion-mnist\/manifest\.json/, (route) =>
    route.fulfill({ status: 404, body: "not found" }),
  );
  await openPlayground(page, SHORT_RUN);
  await expect(page.getByText(/starter set of 5,000 \+ 1,000 images/).first()).toBeVisible();
  await button(page, "Train").click();
  await waitForStep(page, 1);
});

test("without any manifest the run fails with what to do", async ({ page }) => {
  await page.route(/manifest\.json/, (route) => route.fulfill({ status: 404, body: "not found" }));
  await openPlayground(page, SHORT_RUN);
  await button(page, "Train").click();
  await expect(page.getByRole("alert")).toContainText("npm run data");
  await page.unroute(/manifest\.json/);
  await button(page, "Reset").click();
  await button(page, "Train").click();
  await waitForStep(page, 1);
});

test("without a network the run waits, says for what, and goes on when it is back, at once if asked", async ({
  page,
}) => {
  await openPlayground(page, SHORT_RUN);
  await page.route(/\.(json|shard)/, (route) => route.abort("internetdisconnected"));
  await button(page, "Train").click();
  await expect(page.getByText(/Waiting for the network since [\d:]+\./)).toBeVisible();
  await expect(page.getByText(/manifest\.json: the server does not answer/)).toBeVisible();
  await button(page, "Try again now").click();
  await expect(status(page)).toHaveText("Loading data");
  await page.unroute(/\.(json|shard)/);
  // The page may have tried again by itself meanwhile, and then the button is gone.
  await Promise.any([button(page, "Try again now").click(), waitForStep(page, 1)]);
  await waitForStep(page, 1);
  await expect(page.getByText(/Waiting for the network/)).toHaveCount(0);
});

test("a part of the page that did not load says so, and loads at the next press", async ({
  page,
}) => {
  await openPlayground(page, SHORT_RUN);
  await page.route(/ExportDialog.*[.](js|css)/, (route) => route.abort("internetdisconnected"));
  await button(page, "Export").click();
  await expect(page.getByText("Export could not be loaded")).toBeVisible();
  await expect(page.getByText(/Check the connection and press again/)).toBeVisible();
  await page.unroute(/ExportDialog.*[.](js|css)/);
  await button(page, "Export").click();
  await expect(page.getByRole("dialog", { name: "Export" })).toBeVisible();
});

test("a learning rate that is no number is said beside its field, and Train waits", async ({
  page,
}) => {
  await openPlayground(page, SHORT_RUN);
  const rate = field(page, "Learning rate");
  await rate.fill("fast");
  await expect(
    page.getByText(/expected a number above 0 and at most 10, got "fast"/),
  ).toBeVisible();
  await expect(button(page, "Train")).toBeDisabled();
  await rate.fill("0.003");
  await expect(button(page, "Train")).toBeEnabled();
});

test("a link with wrong values says which, and opens with the others", async ({ page }) => {
  await openPlayground(page, { recipe: "notebook", inputSize: 4, middleRepeats: 5, colour: "red" });
  await expect(
    page.getByText(/Input size: .*expected a whole number from 28 to 299, got 4/),
  ).toBeVisible();
  await expect(page.getByText(/colour/)).toBeVisible();
  await expect(page.getByRole("slider", { name: "Middle-flow repeats" })).toHaveValue("5");
  await expect(button(page, "Train")).toBeEnabled();
});

test("a loss that is no number ends the run, keeps its curve and points at the learning rate", async ({
  page,
}) => {
  await openPlayground(page, {
    ...SMALLEST,
    ...QUICK,
    steps: 400,
    engine: "tfjs",
    optimizer: "sgd",
    learningRate: 10,
    momentum: 0.99,
    tfjsBackend: "cpu",
  });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText(/^Failed: .*(loss|weights) /, { timeout: 200_000 });
  await expect(page.getByRole("alert")).toContainText("Lower Learning rate");
  expect(await wordsOf(page, "Loss")).toMatch(/training/i);
});

test("stock TensorFlow.js trains on WebGPU, and outlives a graphics process that dies, with its curve and a notice", async ({
  page,
  browser,
}) => {
  await openPlayground(page, { ...SHORT_RUN, ...ON_CARD, ...ENDLESS });
  await button(page, "Train").click();
  await waitForStep(page, 2);
  await expect(page.getByText("TensorFlow.js · WebGPU")).toBeVisible();
  const session = await browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess");
  const notice = page.getByText(/After step [\d,]+ the device was lost/);
  await expect(notice).toBeVisible({ timeout: 120_000 });
  const lostAt = Number(/step ([\d,]+) the/.exec((await notice.textContent()) ?? "")?.[1]);
  await waitForStep(page, lostAt + 1);
  expect(await wordsOf(page, "Loss")).toMatch(/training/i);
});

test("without WebGPU another backend trains, and the chip says why", async () => {
  const executablePath = findChromium();
  const withoutWebgpu = CHROMIUM_FLAGS.filter((flag) => !/webgpu|Vulkan/.test(flag));
  const browser = await chromium.launch({
    args: [...withoutWebgpu, "--disable-features=WebGPU,WebGPUService"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const page = await browser.newPage({ baseURL: test.info().project.use.baseURL ?? "" });
    const errors = collectPageErrors(page);
    await openPlayground(page, { ...SHORT_RUN, ...ON_CARD });
    await button(page, "Train").click();
    await waitForStep(page, 1);
    const chip = page.getByRole("button", { name: /TensorFlow\.js · (WebGL|CPU)/ });
    await chip.click();
    await expect(page.getByText(/no WebGPU/).first()).toBeVisible();
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
