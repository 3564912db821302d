/** The current network with each kind of convolution: every layer's counts, totals, and text to copy. */
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { formatCount } from "../../../core/units.ts";
import {
  foldBlocks,
  layerTable,
  type NetworkTable,
  type Sorting,
  sortRows,
  tableAsCsv,
  tableAsMarkdown,
} from "../../../network/convolutions/networkTable.ts";
import { applies } from "../../../settings/applies.ts";
import { recipeById } from "../../../settings/recipes/registry.ts";
import type { ConvolutionKind, SettingKey, Settings } from "../../../settings/settings.ts";
import { networkOf } from "../../../store/settings/derived.ts";
import { copyText } from "../../copyText.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { SettingField } from "../../widgets/SettingField.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import { LabSection } from "./LabSection.tsx";
import { NetworkRows } from "./NetworkRows.tsx";
import { NetworkTotals } from "./NetworkTotals.tsx";

const SETTINGS: readonly SettingKey[] = ["inputSize", "width", "middleRepeats", "depthMultiplier"];

export const SameNetwork = memo(function SameNetwork() {
  const values = usePlayground(({ settings }) => settings.values);
  const recipe = usePlayground(({ settings }) => recipeById(settings.recipeId).title);
  const [fold, setFold] = useState<"blocks" | "layers">("blocks");
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const result = useMemo(() => tableOf(values), [values]);
  const table = useLatestGood(result.table);
  const folded = useMemo(
    () => (table === null ? null : fold === "blocks" ? foldBlocks(table) : table),
    [table, fold],
  );
  // Controls react at once; the long table is rendered later at low priority.
  const deferred = useDeferredValue(folded);
  return (
    <LabSection
      id="lab-network"
      title="The same network, other convolutions"
      sentence={`The network of the Playground (recipe: ${recipe}) with each of its convolutions in another kind. Everything else stays as it is.`}
    >
      <div className="lab-fields">
        {SETTINGS.filter((key) => applies(key, values)).map((key) => (
          <SettingField key={key} setting={key} />
        ))}
      </div>
      <div aria-live="polite">
        {result.problem !== null && (
          <p className="field-problem">
            There is no such network. {result.problem}
            {table !== null && " The counts below are those of the last one."}
          </p>
        )}
      </div>
      {table !== null && folded !== null && deferred !== null && (
        <div className="lab-network" data-stale={result.table === null || undefined}>
          <NetworkTotals total={table.total} />
          <div className="lab-table-bar">
            <Segmented
              label="Rows"
              value={fold}
              options={[
                { value: "blocks", label: "Blocks" },
                { value: "layers", label: "Layers" },
              ]}
              onChange={setFold}
            />
            <CopyButtons table={folded} sorting={sorting} />
          </div>
          <DeferredRows table={deferred} sorting={sorting} onSort={setSorting} />
          <p className="lab-note">
            Rows without weights (activations, pools, additions) count nothing and are left out.
            Pointwise first has depth multiplier 1. {formatCount(table.rows.length)} layers and
            convolutions have weights.
          </p>
        </div>
      )}
    </LabSection>
  );
});

const DeferredRows = memo(NetworkRows);

interface TableResult {
  readonly table: NetworkTable | null;
  readonly problem: string | null;
}

function tableOf(values: Settings): TableResult {
  const network = (convolution: ConvolutionKind) => networkOf({ ...values, convolution });
  const separable = network("separable");
  const ordinary = network("ordinary");
  const pointwiseFirst = network("pointwise-first");
  for (const result of [separable, ordinary, pointwiseFirst]) {
    if (!result.ok) return { table: null, problem: result.message };
  }
  if (!separable.ok || !ordinary.ok || !pointwiseFirst.ok) return { table: null, problem: null };
  const networks = {
    separable: separable.analysis,
    ordinary: ordinary.analysis,
    "pointwise-first": pointwiseFirst.analysis,
  };
  return { table: layerTable(networks), problem: null };
}

/** Returns the value, or the last one that was not `null`. */
function useLatestGood<T>(value: T | null): T | null {
  const last = useRef<T>(null);
  useEffect(() => {
    if (value !== null) last.current = value;
  }, [value]);
  return value ?? last.current;
}

function CopyButtons(props: { readonly table: NetworkTable; readonly sorting: Sorting | null }) {
  const showToast = useToast();
  const { table, sorting } = props;

  async function copy(kind: string, write: (table: NetworkTable) => string): Promise<void> {
    const done = await copyText(write({ ...table, rows: sortRows(table.rows, sorting) }));
    showToast(
      done
        ? { title: `Copied as ${kind}`, text: "The rows as they are shown, and the totals." }
        : { title: "Not copied", text: "The browser does not let the page copy text." },
    );
  }

  return (
    <span className="lab-copy">
      <Button look="small" onClick={() => void copy("CSV", tableAsCsv)}>
        Copy as CSV
      </Button>
      <Button look="small" onClick={() => void copy("Markdown", tableAsMarkdown)}>
        Copy as Markdown
      </Button>
    </span>
  );
}
