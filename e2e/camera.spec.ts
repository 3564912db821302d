/** Tests pictures of a camera as a data set, with Chromium's fake camera. */
import { expect, test } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "../scripts/chromium.ts";
import { button, openPlayground, QUICK, SMALLEST, status, wordsOf } from "./playground.ts";
import { violations } from "./violations.ts";

const executablePath = findChromium();
test.use({
  launchOptions: {
    args: [
      ...CHROMIUM_FLAGS,
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
    ...(executablePath === undefined ? {} : { executablePath }),
  },
});

test("pictures of two classes are recorded by holding a button and a key, and trained on", async ({
  page,
}) => {
  await openPlayground(page, { ...SMALLEST, ...QUICK, dataSet: "images", steps: 2 });
  await button(page, "Take pictures").click();
  const dialog = page.getByRole("dialog", { name: "Take pictures" });
  const use = dialog.getByRole("button", { name: "Use as data" });
  const [first, second] = [
    dialog.getByRole("group").nth(0),
    dialog.getByRole("group").nth(1),
  ] as const;
  const hold = (group: typeof first) => group.getByRole("button", { name: "Hold to record" });
  await expect(hold(first)).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("button", { name: "Start the camera" }).click();
  await expect(dialog.getByText("Camera is on")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Stop the camera" })).toBeFocused();

  await dialog.getByLabel("Class name").first().fill("cup");
  await hold(first).hover();
  await page.mouse.down();
  await expect(first.getByText(/^([5-9]|\d{2,}) pictures$/)).toBeVisible();
  await page.mouse.up();
  await expect(use).toBeDisabled();
  await hold(second).focus();
  await page.keyboard.down("Space");
  await expect(second.getByText(/^([5-9]|\d{2,}) pictures$/)).toBeVisible();
  await page.keyboard.up("Space");

  const pictures = second.getByRole("list", { name: "Pictures of Class 2" });
  await expect(pictures.getByRole("listitem")).not.toHaveCount(0);
  const before = await pictures.getByRole("listitem").count();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Delete");
  await expect(pictures.getByRole("listitem")).toHaveCount(before - 1);
  expect(await violations(page)).toEqual([]);

  await use.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^\d+ training and \d+ test images$/)).toBeVisible();
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished");
  expect(await wordsOf(page, "Per-class accuracy")).toContain("cup");
});
