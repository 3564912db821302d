/**
 * A run as one page of HTML that contains everything it shows: its figures, curves, matrix, worst classes, settings and
 * network. It prints well and loads nothing from elsewhere.
 */
import type { ReactNode } from "react";
import { classResults, confusedPairs } from "../../../core/confusion.ts";
import { formatCount, formatLarge, formatPercent } from "../../../core/units.ts";
import { htmlFile } from "../../../diagram/pictureFile.ts";
import { LinePlot } from "../../../diagram/plots/LinePlot.tsx";
import { MatrixPlot, MOST_PLOT_CLASSES } from "../../../diagram/plots/MatrixPlot.tsx";
import { FILE_PALETTE } from "../../../diagram/plots/plotPalette.ts";
import { summaryRow } from "../../../network/summary.ts";
import { comparedSettings, FIGURES } from "../../../runs/compareRuns.ts";
import type { RunMetric } from "../../../runs/runCurves.ts";
import { lastMatrix, rowShares } from "../../../runs/runMatrices.ts";
import { changesOf } from "../../../runs/runName.ts";
import { type RunMatrix, type RunRecord, titleOf } from "../../../runs/runRecord.ts";
import { networkOf } from "../../../store/settings/derived.ts";
import { type Column, TableHead } from "../../widgets/TableHead.tsx";
import { fullLines, plotOf } from "./curveLines.ts";
import { dateText, OUTCOME_WORDS } from "./runWords.ts";
import { PlotFile } from "./SavePicture.tsx";

const STYLE = `
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 14px/1.5 system-ui, sans-serif; color: #14181f; background: #fff; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { margin-top: 1.6rem; font-size: 1.1rem; }
table { border-collapse: collapse; } th, td { padding: 3px 10px 3px 0; border-bottom: 1px solid #dfe3e8; text-align: left; vertical-align: top; }
th { font-weight: 600; } .changed { background: #e8f2f9; } svg { max-width: 100%; height: auto; }
figure, table { break-inside: avoid; } figure { margin: 0 0 1rem; } .notes { white-space: pre-wrap; }
.network { font-size: 12px; } .network table { break-inside: auto; } .number { text-align: right; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
`;

const WIDTH = 660;
const HEIGHT = 240;
const SIDE = 420;
const MOST_PAIRS = 12;

export function reportFile(record: RunRecord): string {
  return htmlFile(titleOf(record.head), STYLE, <RunReport record={record} />);
}

function RunReport({ record }: { readonly record: RunRecord }) {
  const { head, body } = record;
  const matrix = lastMatrix(body);
  return (
    <div>
      <h1>{titleOf(head)}</h1>
      <p>
        {OUTCOME_WORDS[head.outcome]}, {dateText(head.startedAt, 0)}. Xception Playground{" "}
        {head.program},{" "}
        {head.engine === null ? "no engine" : `${head.engine.label} (${head.engine.device})`},{" "}
        {head.machine.cores} cores. Images: {head.data}.
      </p>
      {head.error !== "" && <p>{head.error}</p>}
      {head.ending !== "" && <p>{head.ending}</p>}
      {head.notes !== "" && <p className="notes">{head.notes}</p>}
      <h2>Figures</h2>
      <table>
        <tbody>
          {FIGURES.map((figure) => {
            const number = figure.valueOf(head);
            return (
              number !== null && (
                <tr key={figure.key}>
                  <th scope="row">{figure.label}</th>
                  <td>{figure.textOf(number)}</td>
                </tr>
              )
            );
          })}
        </tbody>
      </table>
      <h2>Curves</h2>
      <Curves record={record} metrics={["training loss", "validation loss"]} title="Loss" />
      <Curves
        record={record}
        metrics={["training accuracy", "validation accuracy"]}
        title="Accuracy"
      />
      {matrix !== undefined && body.classes.length > 0 && (
        <Matrix matrix={matrix} classes={body.classes} />
      )}
      <Settings record={record} />
      <Network record={record} />
    </div>
  );
}

function Curves(props: {
  readonly record: RunRecord;
  readonly metrics: readonly RunMetric[];
  readonly title: string;
}) {
  const { record, metrics, title } = props;
  const { head, body } = record;
  const bodies = new Map([[head.id, body]]);
  const [first] = metrics;
  const full = metrics.flatMap((metric, index) => {
    const choice = { metric, axis: "step", memory: 0, logarithmic: false, folds: false } as const;
    return fullLines([head], bodies, choice).map((one) => ({ ...one, name: metric, index }));
  });
  if (full.length === 0 || first === undefined) return <p>{title}: nothing was measured.</p>;
  const choice = {
    metric: first,
    axis: "step",
    memory: 0,
    logarithmic: false,
    folds: false,
  } as const;
  const { frame, lines } = plotOf(full, choice, { width: WIDTH, height: HEIGHT });
  return (
    <figure>
      <PlotFile
        title={title}
        size={frame}
        draw={() => <LinePlot frame={frame} lines={lines} palette={FILE_PALETTE} />}
        legend={full}
      />
    </figure>
  );
}

function Matrix({
  matrix,
  classes,
}: {
  readonly matrix: RunMatrix;
  readonly classes: readonly string[];
}) {
  const results = classResults(matrix.counts, classes.length);
  const worst = results
    .map((result, index) => ({ ...result, name: classes[index] ?? "" }))
    .filter(({ numImages }) => numImages > 0)
    .toSorted((a, b) => a.numRight / a.numImages - b.numRight / b.numImages);
  return (
    <>
      <h2>Confusion matrix</h2>
      <p>
        {formatCount(matrix.numImages)} {matrix.source} images after step {formatCount(matrix.step)}
        . Rows are the true class; numbers are per cent of the row.
      </p>
      {classes.length <= MOST_PLOT_CLASSES && (
        <figure>
          <svg
            xmlns="http://www.w3.org/2000/svg"
            width={SIDE}
            height={SIDE}
            viewBox={`0 0 ${SIDE} ${SIDE}`}
            role="img"
          >
            <title>Confusion matrix</title>
            <MatrixPlot
              shares={rowShares(matrix, classes.length)}
              classes={classes}
              side={SIDE}
              palette={FILE_PALETTE}
            />
          </svg>
        </figure>
      )}
      <h2>Classes, the worst first</h2>
      <Table columns={["Class", "Right", "Images", "Most often taken for"]}>
        {worst.map(({ name, numRight, numImages, worst: pair }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatPercent(numRight / numImages)}</td>
            <td>{formatCount(numImages)}</td>
            <td>
              {pair === undefined
                ? "–"
                : `${classes[pair.predictedClass]} (${formatCount(pair.count)})`}
            </td>
          </tr>
        ))}
      </Table>
      <h2>Most frequent mistakes</h2>
      <Table columns={["True class", "Taken for", "Images", "Of its class"]}>
        {confusedPairs(matrix.counts, classes.length)
          .slice(0, MOST_PAIRS)
          .map(({ trueClass, predictedClass, count, rowShare }) => (
            <tr key={`${trueClass} ${predictedClass}`}>
              <th scope="row">{classes[trueClass]}</th>
              <td>{classes[predictedClass]}</td>
              <td>{formatCount(count)}</td>
              <td>{formatPercent(rowShare)}</td>
            </tr>
          ))}
      </Table>
    </>
  );
}

function Settings({ record: { head } }: { readonly record: RunRecord }) {
  const changed: readonly string[] = changesOf(head.recipeId, head.settings);
  return (
    <>
      <h2>Settings</h2>
      <p>What differs from the recipe has a coloured ground.</p>
      <Table columns={["Setting", "Value"]}>
        {comparedSettings([head]).map(({ key, label, texts }) => (
          <tr key={key} className={changed.includes(key) ? "changed" : undefined}>
            <th scope="row">{label}</th>
            <td>{texts[0]}</td>
          </tr>
        ))}
      </Table>
      {head.remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </>
  );
}

function Network({ record: { head } }: { readonly record: RunRecord }) {
  const network = networkOf(head.settings);
  if (!network.ok) return null;
  const { layers, params, macs } = network.analysis;
  return (
    <div className="network">
      <h2>Network</h2>
      <p>
        {formatCount(layers.length)} layers, {formatCount(params)} parameters, {formatLarge(macs)}{" "}
        multiply-accumulates for an image.
      </p>
      <Table columns={["Layer", "Type", "Output", { number: "Parameters" }, { number: "MACs" }]}>
        {layers.map(summaryRow).map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{row.type}</td>
            <td>{row.shape.join(" × ")}</td>
            <td className="number">{formatCount(row.params)}</td>
            <td className="number">{formatLarge(row.macs)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Table(props: { readonly columns: readonly Column[]; readonly children: ReactNode }) {
  const { columns, children } = props;
  return (
    <table>
      <TableHead columns={columns} />
      <tbody>{children}</tbody>
    </table>
  );
}
