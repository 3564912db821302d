/**
 * Configures the loader of parts for a page: it limits the attempts, because a waiting person can retry, and it loads styles
 * together with scripts.
 */
import { installLoader } from "../core/loadPart.ts";
import { programUnreachable } from "../core/programFile.ts";

export function installPageLoader(page: Document): void {
  installLoader({ mostAttempts: 2, applyStyles: (url) => applyStyles(url, page) });
}

function applyStyles(url: string, page: Document): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = page.createElement("link");
    link.rel = "stylesheet";
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(programUnreachable(url, "the connection broke off"));
    };
    link.href = url;
    page.head.append(link);
  });
}
