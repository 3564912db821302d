/** A table of precision, recall and F1 of each class, with their means. */
import type { ClassResult, MacroMeans } from "../../../core/confusion.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";

const COLUMNS = [
  "Class",
  ...["Images", "Predicted", "Precision", "Recall", "F1"].map((number) => ({ number })),
];

export function ClassFigures(props: {
  readonly results: readonly ClassResult[];
  readonly means: MacroMeans | undefined;
  readonly classes: readonly string[];
}) {
  const { results, means, classes } = props;
  return (
    <ScrollFrame className="figures-scroll" label="Table of the classes">
      <table className="layer-table" aria-label="Precision, recall and F1">
        <TableHead columns={COLUMNS} />
        <tbody>
          {results.map((result, own) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a class is its index
            <tr key={own}>
              <th scope="row">{classes[own] ?? `class ${own}`}</th>
              <td className="number">{formatCount(result.numImages)}</td>
              <td className="number">{formatCount(result.numPredicted)}</td>
              <Shares {...result} />
            </tr>
          ))}
        </tbody>
        {means !== undefined && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                Mean of the classes
              </th>
              <Shares {...means} />
            </tr>
          </tfoot>
        )}
      </table>
    </ScrollFrame>
  );
}

function Shares({ precision, recall, f1 }: Pick<ClassResult, "precision" | "recall" | "f1">) {
  return [precision, recall, f1].map((share, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: three columns in a fixed order
    <td key={at} className="number">
      {share === undefined ? "–" : formatPercent(share)}
    </td>
  ));
}
