/** The mean accuracy of a sweep's runs by two of its settings, drawn by tfjs-vis. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { createHeatMap } from "../../../../charts/heatMap.ts";
import type { PlotOptions } from "../../../../charts/plot.ts";
import { formatPercent } from "../../../../core/units.ts";
import { type HeatTable, heatTable } from "../../../../runs/sweepResults.ts";
import { FIELDS } from "../../../../settings/fields.ts";
import type { SettingKey } from "../../../../settings/settings.ts";
import { saveFile } from "../../../saveFile.ts";
import { Button } from "../../../widgets/Button.tsx";
import { SelectBox } from "../../../widgets/SelectBox.tsx";
import { useChart } from "../../../widgets/useChart.ts";
import type { GroupProps } from "./groupProps.ts";

const ROW_HEIGHT = 34;
const AXES_HEIGHT = 70;

export function HeatMapView({ group: { keys, heads } }: GroupProps) {
  // A seed is averaged over unless nothing else varies.
  const ordered = useMemo(
    () => [...keys.filter((key) => key !== "seed"), ...keys.filter((key) => key === "seed")],
    [keys],
  );
  const [chosen, setChosen] = useState<readonly [SettingKey?, SettingKey?]>([]);
  const across = chosen[0] ?? ordered[0];
  const down = chosen[1] ?? ordered.find((key) => key !== across);
  if (across === undefined || down === undefined || across === down)
    return (
      <p className="runs-words">
        A heat map needs two settings that differ between the runs so far; the table and the
        parallel coordinates show one.
      </p>
    );
  const options = ordered.map((key) => ({ value: key, label: FIELDS[key].label }));
  const others = (key: SettingKey) => options.filter(({ value }) => value !== key);
  return (
    <>
      <div className="sweep-axes">
        <span>Across</span>
        <SelectBox
          label="Across"
          value={across}
          options={others(down)}
          onChange={(key) => setChosen([key, down])}
        />
        <span>Down</span>
        <SelectBox
          label="Down"
          value={down}
          options={others(across)}
          onChange={(key) => setChosen([across, key])}
        />
      </div>
      <HeatCells heads={heads} across={across} down={down} />
    </>
  );
}

function HeatCells(
  props: Pick<GroupProps["group"], "heads"> & {
    readonly across: SettingKey;
    readonly down: SettingKey;
  },
) {
  const { heads, across, down } = props;
  const table = useMemo(() => heatTable(heads, across, down), [heads, across, down]);
  const create = useCallback(
    (element: HTMLElement, options: PlotOptions) =>
      createHeatMap(element, { ...options, label: "Heat map" }),
    [],
  );
  const { container, chart } = useChart(create);
  const titles = useMemo(
    () => ({ x: FIELDS[across].label, y: FIELDS[down].label }),
    [across, down],
  );
  const words = wordsOf(table, titles);
  useEffect(() => chart.current?.update(table, titles, words), [chart, table, titles, words]);
  return (
    <>
      <div
        ref={container}
        className="sweep-heat"
        style={{ blockSize: AXES_HEIGHT + ROW_HEIGHT * table.rows.length }}
      />
      <p className="runs-words">
        Accuracy in per cent, of the test or else of the newest validation.
        {table.mostRuns > 1 && ` A cell is the mean of up to ${table.mostRuns} runs.`}
      </p>
      <div className="runs-actions">
        <Button
          look="small"
          onClick={() =>
            void chart.current
              ?.toSvg()
              .then((svg) => saveFile("sweep-heat-map.svg", svg, "image/svg+xml"))
          }
        >
          Save SVG
        </Button>
      </div>
    </>
  );
}

/** Writes the best cell, for those who do not see the picture; the table has all. */
function wordsOf(
  { columns, rows, means }: HeatTable,
  titles: { readonly x: string; readonly y: string },
): string {
  let best: { readonly share: number; readonly place: string } | null = null;
  for (const [column, shares] of means.entries())
    for (const [row, share] of shares.entries())
      if (share !== null && share > (best?.share ?? -1))
        best = { share, place: `${titles.x} ${columns[column]}, ${titles.y} ${rows[row]}` };
  const size = `${columns.length} by ${rows.length} cells`;
  return best === null
    ? size
    : `${size}; ${formatPercent(best.share)} at ${best.place} is the highest`;
}
