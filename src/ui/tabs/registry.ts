/**
 * The tabs of the page except *Playground*. Each loads when it is first opened, which keeps the first load small. Adding one
 * takes an id in `store/page/viewState.ts`, a folder of panels and a line here.
 */
import type { ComponentType } from "react";
import type { TabId } from "../../store/page/viewState.ts";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { RunsPlace } from "./runs/RunsPlace.tsx";

export interface TabEntry {
  readonly id: TabId;
  readonly title: string;
  readonly Content: ComponentType;
}

export const TABS: readonly TabEntry[] = [
  {
    id: "convolutions",
    title: "Convolutions",
    Content: lazyPlace(
      "Convolutions",
      async () => (await import("../panels/convolutions/ConvolutionsTab.tsx")).ConvolutionsTab,
    ),
  },
  {
    id: "race",
    title: "Race",
    Content: lazyPlace("Race", async () => (await import("../panels/race/RaceTab.tsx")).RaceTab),
  },
  {
    id: "runs",
    title: "Runs",
    Content: RunsPlace,
  },
];
