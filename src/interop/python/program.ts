/** What a program is written from, and what each framework writes of it. */
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

/** The texts of a program, by the names of their files. */
export interface ProgramTexts extends Readonly<Record<string, string>> {
  readonly "train.py": string;
  readonly "train.ipynb": string;
  readonly "requirements.txt": string;
  readonly "README.md": string;
}

export interface Framework {
  readonly title: string;
  /** Whether settings, network and data are files of their own, beside `train.py`. */
  readonly isSplit: boolean;
  /** The file that holds the weights and the state of the optimiser. */
  readonly weightsFile: string;
  /** The pinned packages: the newest versions that `npm run test:python` has checked the programs with. */
  readonly requirements: (settings: Settings) => readonly string[];
  /** Commands of this framework beside those that every program has, each with what it does. */
  readonly commands: readonly (readonly [command: string, words: string])[];
  /** What the README says about the framework. */
  readonly words: string;
  /** Further files of this framework, and for the README what is in them. */
  readonly files: Readonly<Record<string, string>>;
  readonly fileWords: readonly (readonly [name: string, words: string])[];
  /** Where programs of this framework differ from the tab, beside the differences of every program. */
  readonly differences: (order: ProgramOrder) => readonly string[];
  /** @throws PlaygroundError `file.unavailable` naming the layer that the framework lacks */
  readonly write: (order: ProgramOrder, folder: string | null) => FrameworkCode;
}

/** The code that only one framework has. Functions are separated by two empty lines. */
export interface FrameworkCode {
  /** Lines that import the packages. A file has those that it uses. */
  readonly packages: readonly string[];
  /** Constants that follow the settings of the run. */
  readonly constants: readonly string[];
  readonly network: readonly string[];
  /** Functions that read data by the framework's packages, before those that NumPy reads them by. */
  readonly reader: readonly string[];
  /** The lines of `prepare` that resize an array of images. */
  readonly resize: string;
  /** The class `Batches`. */
  readonly batches: string;
  readonly training: readonly string[];
  readonly main: string;
  /** The cells that end the notebook. */
  readonly cells: readonly Section[];
}
