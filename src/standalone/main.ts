/** The script of a stand-alone page, which runs from a file and has no network. A worker computes. */
import { classNames } from "../core/classNames.ts";
import { messageOf } from "../core/errors.ts";
import { formatCount, formatPercent } from "../core/units.ts";
import type { EmbeddedNetwork } from "../interop/standalone/embeddedNetwork.ts";
import { createClassification } from "../pictures/classification.ts";
import { create } from "../pictures/elements.ts";
import { createAbout } from "./about.ts";
import { startClassifier, type WorkerClassifier } from "./workerClassifier.ts";
import "../ui/styles/tokens.css";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "./standalone.css";

const page = document.getElementById("page") ?? document.body;
followTheme();
void start();

async function start(): Promise<void> {
  try {
    const blocks = {
      network: takeText("network"),
      weights: takeText("weights"),
      kernels: takeText("kernels"),
    };
    const network: EmbeddedNetwork = JSON.parse(blocks.network);
    page.replaceChildren(create("p", { role: "status" }, "Opening the network …"));
    const classifier = await startClassifier(takeText("program"), blocks);
    show(network, classifier);
  } catch (error) {
    page.replaceChildren(create("p", { class: "problem", role: "alert" }, messageOf(error)));
  }
}

/** Returns a block's text and removes it, because the weights would be in memory twice. */
function takeText(id: string): string {
  const block = document.getElementById(id);
  const text = block?.textContent ?? "";
  block?.remove();
  return text;
}

function show(network: EmbeddedNetwork, { numOutputs, classify }: WorkerClassifier): void {
  const { stored, origin } = network;
  const names = classNames(numOutputs, network.classes ?? []);
  const { element } = createClassification({ stored, names, area: document, classify });
  const tested = origin.test ?? origin.validation;
  const quality =
    tested === null ? "" : ` It was right on ${formatPercent(tested.accuracy)} of its test images.`;
  page.replaceChildren(
    create(
      "header",
      {},
      create("h1", {}, "Picture classifier"),
      create("p", {}, `It tells apart ${listOf(names)}.${quality}`),
    ),
    element,
    createAbout(network),
    create(
      "footer",
      {},
      "Everything is in this file: it needs no network, and its policy forbids it to send anything.",
    ),
  );
}

/** How many classes the heading names. */
const NAMED = 5;

function listOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  const shown = more > 1 ? [...names.slice(0, NAMED), `${formatCount(more)} more`] : names;
  return shown.join(", ").replace(/, ([^,]*)$/, " and $1");
}

function followTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", follow);
  follow();
}
