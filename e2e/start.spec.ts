/** Tests that the page says why when the program cannot start, and hides that text when it can. */
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { status } from "./playground.ts";

const PROGRAM = /assets\/index-[^/]*\.js/;
const words = (page: Page) => page.locator("#root > .start");

test("opened from the disk it says to type npm start", async ({ page }) => {
  await page.goto(pathToFileURL("dist/index.html").href);
  await expect(page.getByText("npm start")).toBeVisible();
  await expect(page.getByText("could not start in this browser")).toBeHidden();
});

test("without scripts it says that it needs them", async ({ browser }) => {
  const { baseURL } = test.info().project.use;
  const page = await browser.newPage({ javaScriptEnabled: false, ...(baseURL && { baseURL }) });
  await page.goto("./");
  // The text is inside `noscript`, so a page that can run scripts does not see it as text.
  await expect(page.locator("body > noscript")).toBeVisible();
  await expect(words(page)).toBeHidden();
  await page.close();
});

test("a program that does not come, or that the browser cannot read, is told apart", async ({
  page,
}) => {
  await page.route(PROGRAM, (route) => route.abort());
  await page.goto("./");
  await expect(page.getByText("could not be loaded")).toBeVisible();

  await page.route(PROGRAM, (route) =>
    route.fulfill({ contentType: "text/javascript", body: "let let = 1;" }),
  );
  await page.reload();
  await expect(page.getByText("could not start in this browser")).toBeVisible();
});

test("on an ordinary visit the words are never seen, and gone when the page is there", async ({
  page,
}) => {
  let arrive = (): void => {};
  const held = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(PROGRAM, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("./", { waitUntil: "commit" });
  await expect(words(page)).toHaveCount(1);
  await expect(words(page)).toBeHidden();
  arrive();
  await expect(status(page)).toHaveText("Ready");
  await expect(words(page)).toHaveCount(0);
});
