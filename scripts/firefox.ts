/**
 * Finds the stock Firefox that `npm test -- --browsers all` drives too.
 *
 * It searches in this order: $FIREFOX_PATH, a Firefox of the system, Debian's package (installed where that is allowed).
 */
import { findBrowser, installDebianPackage, onPath } from "./systemBrowser.ts";

const NAMES = ["firefox-esr", "firefox"];
const ELSEWHERE = ["/Applications/Firefox.app/Contents/MacOS/firefox"];

const findFirefox = () => findBrowser("FIREFOX_PATH", [...onPath(NAMES), ...ELSEWHERE]);

/**
 * Returns the browser to use, and installs one when there is none.
 *
 * @throws Error with everything that was tried, when no browser can be found or installed, or when $FIREFOX_PATH does not run.
 */
export async function requireFirefox(): Promise<string> {
  const found = findFirefox();
  if (found !== undefined) return found;
  await installDebianPackage("firefox-esr");
  const installed = findFirefox();
  if (installed !== undefined) return installed;
  throw new Error(
    "Browser: found no Firefox, and Debian's package gave none (see above). Install Firefox, set FIREFOX_PATH to one, " +
      "or leave out --browsers all.",
  );
}
