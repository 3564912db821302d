/** The script of a stand-alone page, which runs from a file and has no network. */
import { bytesOfBase64 } from "../core/base64.ts";
import { messageOf } from "../core/errors.ts";
import { formatCount, formatPercent } from "../core/units.ts";
import { type EmbeddedNetwork, embeddedWeights } from "../interop/standalone/embeddedNetwork.ts";
import { create } from "../pictures/elements.ts";
import { createPictureSource, type TakenPicture } from "../pictures/pictureSource.ts";
import { createAbout } from "./about.ts";
import { type Classifier, openClassifier } from "./classifier.ts";
import { readPicture, swapped } from "./readPicture.ts";
import { createResults } from "./results.ts";
import { createSeenImage } from "./seenImage.ts";
import "../ui/styles/tokens.css";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "./standalone.css";

const page = document.getElementById("page") ?? document.body;
followTheme();
void start();

async function start(): Promise<void> {
  try {
    const network: EmbeddedNetwork = JSON.parse(takeText("network"));
    const weights = embeddedWeights(network, takeText("weights"));
    const classifier = await openClassifier(network, weights, bytesOfBase64(takeText("kernels")));
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

function show(network: EmbeddedNetwork, classifier: Classifier): void {
  const { stored, origin } = network;
  const names = Array.from(
    { length: classifier.numOutputs },
    (_, place) => network.classes?.[place] ?? `Class ${place + 1}`,
  );
  const results = createResults(names);
  const seen = createSeenImage(stored, () => void classify(current));
  const problem = create("p", { class: "problem", role: "alert" });
  let current: TakenPicture | undefined;

  async function classify(picture: TakenPicture | undefined): Promise<void> {
    current = picture;
    if (picture === undefined) {
      problem.textContent = "";
      results.show(undefined);
      seen.show(undefined);
      return;
    }
    try {
      const read = await readPicture(picture.blob, picture.name, stored);
      const image = seen.isSwapped ? swapped(read) : read;
      const probabilities = await classifier.classify(image);
      // A newer picture was given meanwhile.
      if (current !== picture) return;
      problem.textContent = "";
      seen.show(image);
      results.show(probabilities);
    } catch (error) {
      if (current !== picture) return;
      results.show(undefined, "No result");
      seen.show(undefined);
      problem.textContent = messageOf(error);
    }
  }

  const source = createPictureSource({
    modes: ["draw", "camera", "file"],
    paper: stored.channels === 1 ? "dark" : "light",
    area: document,
    onPicture: classify,
  });
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
    create(
      "div",
      { class: "columns" },
      create("section", { class: "card", "aria-label": "Picture" }, source.element),
      create(
        "section",
        { class: "card", "aria-label": "Result" },
        problem,
        results.element,
        seen.element,
      ),
    ),
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
