/** Drives a stock Firefox with the built page by WebDriver BiDi. It uses only accessible names, like `playground.ts`. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Page } from "puppeteer-core";
import { expect } from "vitest";
import { requireFirefox } from "../../scripts/firefox.ts";
import type { MadeFile } from "../ownFiles.ts";
import type { LinkSettings } from "../playground.ts";
import { type StaticHost, startStaticHost } from "../staticHost.ts";

export interface FirefoxPage {
  readonly host: StaticHost;
  open(settings: LinkSettings): Promise<void>;
  /** Presses the button with this name. */
  press(name: string): Promise<void>;
  /** Waits for a text in the element with the role `status` and the name. */
  waitForStatus(words: RegExp, name?: string): Promise<void>;
  /** Waits for words anywhere on the page. */
  waitForWords(words: RegExp): Promise<void>;
  /** Returns the number of steps done, from the status and the line below it. */
  stepShown(): Promise<number>;
  drop(files: readonly MadeFile[]): Promise<void>;
  evaluate: Page["evaluate"];
  /** Waits for a file that the page saved. */
  savedFile(name: string): Promise<Buffer>;
  /** Errors that the page itself threw. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

const eventually = <T>(look: () => Promise<T>) =>
  expect.poll(look, { timeout: 120_000, interval: 200 });

export async function openFirefox(): Promise<FirefoxPage> {
  const downloads = await mkdtemp(join(tmpdir(), "firefox-downloads-"));
  const host = await startStaticHost({
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  });
  const browser = await launch({
    browser: "firefox",
    executablePath: await requireFirefox(),
    headless: true,
    extraPrefsFirefox: {
      "browser.download.folderList": 2,
      "browser.download.dir": downloads,
      "browser.download.useDownloadDir": true,
      "browser.download.alwaysOpenPanel": false,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1366, height: 768 });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));

  const textOf = (selector: string) =>
    page.evaluate((asked) => document.querySelector(asked)?.textContent ?? "", selector);
  const statusSelector = (name: string) => `[role="status"][aria-label="${name}"]`;

  return {
    host,
    errors,
    evaluate: page.evaluate.bind(page),
    async open(settings) {
      const query = new URLSearchParams(
        Object.entries(settings).map(([key, value]) => [key, String(value)]),
      );
      await page.goto(`${host.address}?${query}`);
      await eventually(() => textOf(statusSelector("Run status"))).toBe("Ready");
    },
    async press(name) {
      const button = page.locator(`::-p-aria([name="${name}"][role="button"])`);
      await button.setTimeout(30_000).click();
    },
    waitForStatus: (words, name = "Run status") =>
      eventually(() => textOf(statusSelector(name))).toMatch(words),
    waitForWords: (words) =>
      eventually(() => page.evaluate(() => document.body.textContent ?? "")).toMatch(words),
    async stepShown() {
      const text = await page.evaluate(
        (asked) => document.querySelector(asked)?.parentElement?.textContent ?? "",
        statusSelector("Run status"),
      );
      return Number(/step ([\d,]+) of/.exec(text)?.[1]?.replaceAll(",", "") ?? Number.NaN);
    },
    async drop(files) {
      const list = files.map(({ name, buffer }) => [name, buffer.toString("base64")] as const);
      await page.evaluate((entries) => {
        const dataTransfer = new DataTransfer();
        for (const [name, text] of entries) {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], name));
        }
        for (const type of ["dragover", "drop"])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
          );
      }, list);
    },
    async savedFile(name) {
      await eventually(() => readdir(downloads)).toContain(name);
      // Firefox keeps a second file beside an unfinished download.
      await eventually(async () => (await readdir(downloads)).join(" ")).not.toMatch(/[.]part/);
      return readFile(join(downloads, name));
    },
    async close() {
      await browser.close();
      host.close();
      await rm(downloads, { recursive: true, force: true });
    },
  };
}
