/** Handles files dropped anywhere on the page. The code that processes them loads with the first drop. */
import { useEffect } from "react";
import { serializeError } from "../core/errors.ts";
import { network } from "../core/network.ts";
import { isOwnDataSet } from "../settings/ownData.ts";
import { useActions, useLoadRuns, usePlayground } from "./PlaygroundContext.tsx";

export function usePageDrop(): void {
  const actions = useActions();
  const loadRuns = useLoadRuns();
  const dataSet = usePlayground(({ settings }) => settings.values.dataSet);
  useEffect(() => {
    const { dataset } = document.documentElement;
    const handle = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Otherwise the browser opens the file instead of the page.
      event.preventDefault();
      const { type } = event;
      if (type === "dragover") dataset.dropping = "";
      else if (type === "drop" || event.relatedTarget === null) delete dataset.dropping;
      if (type !== "drop") return;
      // Copies the list, because it is emptied when this event ends.
      const entries = [...event.dataTransfer.items].map(
        (item) => item.webkitGetAsEntry() ?? item.getAsFile(),
      );
      network
        .untilThere("Dropped files", () => import("./panels/own/takeFiles.ts"))
        .then(
          ({ takeEntries }) =>
            takeEntries(entries, isOwnDataSet(dataSet) ? dataSet : undefined, actions, loadRuns),
          (error: unknown) => actions.refuseFiles("images", serializeError(error)),
        );
    };
    const events = ["dragover", "dragleave", "drop"] as const;
    for (const type of events) window.addEventListener(type, handle);
    return () => {
      for (const type of events) window.removeEventListener(type, handle);
    };
  }, [actions, dataSet, loadRuns]);
}
