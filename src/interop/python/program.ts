/** What a program is written from, and the parts that it consists of. */
import type { LayerGraph } from "../../network/graph.ts";
import type { Settings } from "../../settings/settings.ts";

export interface ProgramOrder {
  readonly graph: LayerGraph;
  readonly settings: Settings;
  /** Whether the settings give the graph. Otherwise the graph is from a file, and its layers are listed. */
  readonly isBuilt: boolean;
  readonly recipe: string;
  readonly step: number;
  readonly classes: readonly string[];
  readonly hasOptimizer: boolean;
}

/** A part of the program with a heading, which is a cell of the notebook. */
export interface Section {
  readonly title: string;
  readonly words: string;
  readonly code: string;
}
