/**
 * The table of allowed imports in CONTRIBUTING.md as rules, for `npm run check:layers`. An import that is not listed is an error.
 * Only test files may import from all folders.
 */

/** Folder of src/ -> the other folders of src/ that it may import. */
const MAY_IMPORT = {
  core: [],
  formulas: [],
  settings: ["core", "formulas"],
  network: ["core", "formulas", "settings"],
  data: ["core"],
  runs: ["core", "settings"],
  pictures: ["core"],
  plan: ["core", "formulas", "settings", "network"],
  protocol: ["core", "settings", "network"],
  checkpoint: ["core", "settings", "network", "protocol"],
  exec: ["core", "formulas", "settings", "network", "plan", "bridge"],
  bridge: ["core", "formulas", "settings", "network"],
  train: [
    ...["core", "formulas", "settings", "network", "plan", "exec", "data", "protocol", "bridge"],
    "checkpoint",
  ],
  interop: ["core", "formulas", "settings", "network", "data"],
  worker: [
    ...["core", "settings", "network", "protocol", "train", "exec", "data", "interop", "bridge"],
    "checkpoint",
  ],
  client: ["core", "settings", "network", "protocol"],
  store: [
    ...["core", "settings", "network", "protocol", "client", "interop", "checkpoint", "runs"],
  ],
  standalone: ["core", "network", "data", "exec", "interop", "pictures", "ui/styles"],
  jsx: [],
  charts: ["core", "settings", "network"],
  diagram: ["core", "settings", "network"],
  lessons: ["core", "settings", "network", "store"],
  ui: [
    "core",
    "settings",
    "network",
    "interop",
    "runs",
    "store",
    "charts",
    "diagram",
    "lessons",
    "pictures",
  ],
};

const TEST = "[.]test[.]tsx?$";
/** These files import only the address of a worker's entry, to start it. */
const STARTER = "^src/client/create(Worker|ModelWorkers)[.]ts$";
const FOLDERS = Object.keys(MAY_IMPORT).join("|");

/** Matches npm packages by name, installed or not. */
function packages(...names) {
  return `(^|node_modules/)(${names.join("|")})(/|$)`;
}

const REACT = packages("react", "react-dom", "react/.+", "@base-ui/react", "lucide-react");
const TFJS = packages("@tensorflow/tfjs(?!-vis)[^/]*");

const layers = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} may import ${others.length === 0 ? "no other folder" : others.join(", ")}.`,
  severity: "error",
  from: { path: `^src/${folder}/`, pathNot: `${TEST}|${STARTER}` },
  to: {
    path: "^(src|scripts|bench|soak|e2e)/",
    pathNot: `^src/(${[folder, ...others].join("|")})/`,
  },
}));

const engines = [
  {
    name: "executors-are-strangers",
    comment:
      "An executor imports exec/plan and exec/device but no other executor, and these import none; only conformance/ compares them.",
    severity: "error",
    from: { path: "^src/exec/(?!conformance/)([^/]+)/", pathNot: TEST },
    to: { path: "^src/exec/[^/]+/", pathNot: "^src/exec/($1|plan|device)/" },
  },
  {
    name: "executor-interface-knows-no-executor",
    comment: "All executors share the files directly in src/exec.",
    severity: "error",
    from: { path: "^src/exec/[^/]+$", pathNot: TEST },
    to: { path: "^src/exec/[^/]+/" },
  },
  {
    name: "bridge-is-for-tfjs",
    comment:
      "The compiled engines run without tfjs, so of the executors only exec/tfjs uses the bridge.",
    severity: "error",
    from: { path: "^src/exec/(?!(tfjs|conformance)/)", pathNot: TEST },
    to: { path: "^src/bridge/" },
  },
  {
    name: "executors-load-on-demand",
    comment: "Import executors dynamically, so that the page downloads only the engine that runs.",
    severity: "error",
    from: { path: "^src/(train|worker)/", pathNot: TEST },
    to: {
      path: "^src/exec/(?!device/)[^/]+/",
      dependencyTypesNot: ["dynamic-import", "type-only"],
    },
  },
];

const libraries = [
  {
    name: "react-only-in-the-page",
    comment: "React (with Base UI and the icons) only in ui/, diagram/, jsx/ and main.tsx.",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/(ui/|diagram/|jsx/|main[.]tsx$)|${TEST}` },
    to: { path: REACT },
  },
  {
    name: "zustand-only-in-the-store",
    comment: "State is in store/; the page reads it through the hooks that store/ exports.",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/store/|${TEST}` },
    to: { path: packages("zustand") },
  },
  {
    name: "tfjs-only-behind-its-doors",
    comment: "tfjs only in exec/tfjs, bridge/ and interop/.",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/(exec/tfjs|bridge|interop)/|${TEST}` },
    to: { path: TFJS },
  },
  {
    name: "tfjs-vis-only-in-charts",
    comment: "tfjs-vis is DOM code and large: only charts/ may import it.",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/charts/|${TEST}` },
    to: { path: packages("@tensorflow/tfjs-vis") },
  },
  {
    name: "node-only-in-the-terminal",
    comment: "Node's own modules only in cli/ and outside src/.",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/cli/|${TEST}` },
    to: { dependencyTypes: ["core"] },
  },
];

const roots = [
  {
    name: "cli-has-no-page",
    comment: "The terminal never imports ui, store or charts, nor another composition root.",
    severity: "error",
    from: { path: "^src/cli/", pathNot: TEST },
    to: { path: "^(src/(ui|store|charts)/|scripts/|bench/|soak/|e2e/)" },
  },
  {
    name: "main-is-wiring",
    comment: "The page's entry imports no other composition root.",
    severity: "error",
    from: { path: "^src/main[.]tsx$" },
    to: { path: "^(src/cli/|scripts/|bench/|soak/|e2e/)" },
  },
  {
    name: "nobody-imports-an-entry",
    comment: "Entries are started, not imported.",
    severity: "error",
    from: { pathNot: `${TEST}|${STARTER}` },
    to: { path: "^src/(main[.]tsx|worker/(main|isolation)[.]ts|standalone/(main|worker)[.]ts)$" },
  },
  {
    name: "roots-outside-src",
    comment: "bench/ and scripts/ import neither each other nor the terminal's commands.",
    severity: "error",
    from: { path: "^(bench|scripts)/", pathNot: TEST },
    to: {
      path: "^(src/cli|bench|scripts|soak|e2e)/",
      // Tests and measurements share the files that find the browser, open WebGPU in Node and read a command line. What
      // checkpoints cost is measured in a training of the terminal.
      pathNot: [
        "^$1/",
        "^scripts/chromium[.]ts$",
        "^src/cli/(openDawn|commandLine|words)[.]ts$",
        "^src/cli/training/(checkpointFolder|trainInTerminal|trainingRequest)[.]ts$",
      ],
    },
  },
  {
    name: "soak-uses-the-page",
    comment:
      "soak/ uses the program as the journeys do, by its accessible names; scripts/ builds and finds the browser.",
    severity: "error",
    from: { path: "^soak/", pathNot: TEST },
    to: {
      path: "^(src|bench|e2e)/",
      // Allows the accessible names and files of the journeys, the reader of command lines, and what reads files of runs,
      // checkpoints and links.
      pathNot:
        "^(e2e/(playground|ownFiles)|src/cli/(commandLine|startThread|words|training/checkpointFolder)|src/(checkpoint|interop|data/own|network)/.+|src/runs/.+|src/core/(errors|numbers|ownFile)|src/settings/.+|src/store/settings/.+|src/store/page/viewState)[.]ts$",
    },
  },
  {
    name: "journeys-use-the-page",
    comment:
      "e2e/ uses the program as a person does; of the source it may import core/, settings/ and network/.",
    severity: "error",
    from: { path: "^e2e/(?!conformance/)" },
    to: {
      path: "^(src|scripts|bench|soak)/",
      // A twentieth of each long trial is a journey.
      pathNot: "^(src/(core|settings|network)/|scripts/(chromium|firefox)[.]ts$|soak/trials[.]ts$)",
    },
  },
  {
    name: "engines-without-the-page",
    comment:
      "e2e/conformance/ runs the engines in a separate page; of the source it may import core/, settings/, network/, exec/ and cli/.",
    severity: "error",
    from: { path: "^e2e/conformance/" },
    to: { path: "^(src|scripts|bench|soak)/", pathNot: "^src/(core|settings|network|exec|cli)/" },
  },
];

const hygiene = [
  {
    name: "no-cycles",
    comment: "Merge two files that import each other, or move the shared part to a third.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "unlisted-folder",
    comment: "A new folder of src/ needs a line in MAY_IMPORT (and in CONTRIBUTING.md).",
    severity: "error",
    from: {},
    to: { path: "^src/", pathNot: `^src/((${FOLDERS}|cli)/|main[.]tsx$)` },
  },
  {
    name: "unlisted-folder-imports",
    comment: "A new folder of src/ needs a line in MAY_IMPORT (and in CONTRIBUTING.md).",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/((${FOLDERS}|cli)/|main[.]tsx$)` },
    to: {},
  },
  {
    name: "no-imports-of-tests",
    comment: "Shared test material belongs in a file of its own.",
    severity: "error",
    from: {},
    to: { path: TEST },
  },
  {
    name: "resolvable",
    comment: "The import leads nowhere: misspelt, or a package that is not installed.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...layers, ...engines, ...libraries, ...roots, ...hygiene],
  options: {
    // With TypeScript 7 the default parser reads no module and reports success.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    // The peers of a bench have their own packages, which are optional.
    exclude: { path: "^bench/peers/" },
    enhancedResolveOptions: {
      conditionNames: ["import", "browser", "default", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".mjs", ".cjs", ".js", ".json", ".d.ts"],
    },
  },
};
