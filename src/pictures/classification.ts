/**
 * Classifies pictures that a person draws, takes by camera or gives as files, and shows the classes of each. The page and the
 * stand-alone page use it; each brings its own network.
 */
import { messageOf } from "../core/errors.ts";
import type { ClassifiedPicture, GivenPicture, StoredForm } from "../core/givenPicture.ts";
import { greatestOf } from "../core/numbers.ts";
import { create } from "./elements.ts";
import { createPictureList, type ListedResult } from "./pictureList.ts";
import { createPictureSource, type TakenPicture } from "./pictureSource.ts";
import { createResults } from "./results.ts";
import { createSeenImage } from "./seenImage.ts";
import "./classification.css";

export interface ClassificationOptions {
  readonly stored: StoredForm;
  /** One name for each class. */
  readonly names: readonly string[];
  /** Pictures may be dropped on it and pasted in it. */
  readonly area: HTMLElement | Document;
  /** Rejects with the reason, for people, why the picture has no result. */
  readonly classify: (picture: GivenPicture) => Promise<ClassifiedPicture>;
}

export interface Classification {
  readonly element: HTMLElement;
  /** Stops the camera and takes no more pictures. */
  dispose(): void;
}

/** A result that takes longer than this is announced. */
const PATIENCE_MS = 250;
const MOST_KEPT = 30;

export function createClassification(options: ClassificationOptions): Classification {
  const { stored, names, area, classify } = options;
  const results = createResults(names);
  const seen = createSeenImage(stored, () => {
    outcomes.clear();
    list.forgetResults();
    void show(current);
    void showAll();
  });
  const problem = create("p", { class: "problem", role: "alert" });
  /** The newest results. Those of all files would take too much memory. */
  const outcomes = new Map<TakenPicture, Promise<ClassifiedPicture>>();
  let current: TakenPicture | undefined;
  let isShowingAll = false;
  let isDisposed = false;

  function outcomeOf(picture: TakenPicture): Promise<ClassifiedPicture> {
    const known = outcomes.get(picture);
    if (known !== undefined) return known;
    const outcome = classify({ ...picture, isSwapped: seen.isSwapped });
    outcomes.set(picture, outcome);
    const [oldest] = outcomes.keys();
    if (outcomes.size > MOST_KEPT && oldest !== undefined) outcomes.delete(oldest);
    return outcome;
  }

  async function show(picture: TakenPicture | undefined): Promise<void> {
    current = picture;
    list.mark(picture);
    if (picture === undefined) {
      showResult(undefined, "No picture yet");
      return;
    }
    const isSwapped = seen.isSwapped;
    // A newer picture may have been given meanwhile.
    const isOld = () => current !== picture || seen.isSwapped !== isSwapped || isDisposed;
    const timer = setTimeout(() => !isOld() && showResult(undefined, "Computing …"), PATIENCE_MS);
    try {
      const result = await outcomeOf(picture);
      if (!isOld()) showResult(result);
    } catch (error) {
      if (!isOld()) showResult(undefined, "No result", messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  function showResult(result: ClassifiedPicture | undefined, why?: string, fault = ""): void {
    problem.textContent = fault;
    results.show(result?.probabilities, why);
    seen.show(result?.image);
  }

  /** Computes one picture after another, so that the one that a person chooses meanwhile does not wait for all others. */
  async function showAll(): Promise<void> {
    if (isShowingAll) return;
    isShowingAll = true;
    for (let [next] = list.waiting; next !== undefined && !isDisposed; [next] = list.waiting) {
      const { isSwapped } = seen;
      const listed = await listedResult(outcomeOf(next));
      if (seen.isSwapped === isSwapped) list.show(next, listed);
    }
    isShowingAll = false;
  }

  async function listedResult(outcome: Promise<ClassifiedPicture>): Promise<ListedResult> {
    try {
      const { probabilities } = await outcome;
      const share = greatestOf(probabilities);
      return { name: names[probabilities.indexOf(share)] ?? "", share };
    } catch (error) {
      return new Error(messageOf(error));
    }
  }

  const list = createPictureList(
    (picture) => source.show(picture),
    () => {
      outcomes.clear();
      source.show(undefined);
    },
  );
  const source = createPictureSource({
    modes: ["draw", "camera", "file"],
    paper: stored.channels === 1 ? "dark" : "light",
    area,
    onPicture: show,
    onFiles(pictures) {
      list.add(pictures);
      void showAll();
    },
  });
  const element = create(
    "div",
    { class: "classification" },
    create("section", { class: "card", "aria-label": "Picture" }, source.element),
    create(
      "section",
      { class: "card classification-result", "aria-label": "Result" },
      problem,
      results.element,
      seen.element,
    ),
    list.element,
  );
  return {
    element,
    dispose() {
      isDisposed = true;
      source.dispose();
      list.dispose();
    },
  };
}
