/** The rules that must hold after every action of the monkey. A broken rule is thrown. */
import type { Page } from "playwright";

/** A page that does not answer for this long hangs, even on the slowest machine. */
const ANSWER_MS = 90_000;
/** This many alternations between two workers' steps mean that two trainings run at once. A late pause causes two at most. */
const CHANGES_OF_TWO = 4;

/** `rule` is a whole sentence. */
export class BrokenRule extends Error {}

/** Errors of a failed fetch, by Chromium and by the loader of parts. They are expected while the page is offline. */
const OF_THE_NETWORK = /net::ERR_INTERNET_DISCONNECTED|a part of the page could not be loaded/;

/** The part of a `Page` that the rules use, so that a test can replace it. */
interface AskedPage {
  evaluate<T>(ask: () => T | Promise<T>): Promise<T>;
}

/** Collects errors that the page throws or logs by itself. */
export function collectFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", ({ name, message, stack }) =>
    faults.push(`uncaught ${name}: ${stack || message || "without words"}`),
  );
  page.on("crash", () => faults.push("the page crashed"));
  page.on("console", (message) => {
    if (message.type() === "error" && !OF_THE_NETWORK.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  return faults;
}

/** Watches the steps for a moment. When the steps of two workers alternate, two trainings run at once. */
export async function holdRules(page: AskedPage, faults: readonly string[]): Promise<void> {
  const { title, broken, owners } = await answered(page, async () => {
    const steps = window.watched.steps;
    const from = steps.length;
    const until = performance.now() + 400;
    let [seen, quietMs] = [from, 0];
    while (performance.now() < until && quietMs < 100 && seen < from + 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quietMs = steps.length === seen ? quietMs + 20 : 0;
      seen = steps.length;
    }
    return {
      title: document.querySelector("h1")?.textContent ?? "",
      broken: [...document.querySelectorAll("[role=alert]")]
        .map(({ textContent }) => textContent ?? "")
        .find((text) => /bug in the program|Copy details/i.test(text)),
      owners: steps.slice(from).map(({ worker }) => worker),
    };
  });
  const [fault] = faults;
  if (fault !== undefined) throw new BrokenRule(`No exception: ${fault}`);
  if (!title.includes("Xception Playground")) throw new BrokenRule("No white page: it is.");
  if (broken !== undefined) throw new BrokenRule(`No exception: ${broken}`);
  const changes = owners.filter((owner, at) => at > 0 && owner !== owners[at - 1]).length;
  if (changes >= CHANGES_OF_TWO)
    throw new BrokenRule(
      `Never two trainings at once: steps by the workers ${owners.join(" ")} in turn.`,
    );
}

async function answered<T>(page: AskedPage, ask: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BrokenRule(`The page answers: not for ${ANSWER_MS / 1000} s.`)),
      ANSWER_MS,
    );
  });
  try {
    return await Promise.race([page.evaluate(ask), silence]);
  } finally {
    clearTimeout(timer);
  }
}
