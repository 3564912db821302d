/**
 * The tabs of the page beside *Playground*. Each loads when it is opened first: what comes before Train stays small.
 * Adding one means an id in `store/viewState.ts`, a folder of panels and a line here.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { TabId } from "../../store/viewState.ts";

export interface TabEntry {
  readonly id: TabId;
  readonly title: string;
  readonly Content: LazyExoticComponent<ComponentType>;
}

export const TABS: readonly TabEntry[] = [
  {
    id: "convolutions",
    title: "Convolutions",
    Content: lazy(async () => {
      const { ConvolutionsTab } = await import("../panels/convolutions/ConvolutionsTab.tsx");
      return { default: ConvolutionsTab };
    }),
  },
  {
    id: "race",
    title: "Race",
    Content: lazy(async () => {
      const { RaceTab } = await import("../panels/race/RaceTab.tsx");
      return { default: RaceTab };
    }),
  },
];
