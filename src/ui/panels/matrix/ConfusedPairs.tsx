/** Lists the most frequently confused pairs of classes; pressing one shows its images. */
import { useMemo } from "react";
import { confusedPairs } from "../../../core/confusion.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { TableHead } from "../../widgets/TableHead.tsx";
import { CellButton, type ShownCounts } from "./CellButton.tsx";

/** A limit, because each pair is a row of the page and longer lists are not read. */
const MOST_PAIRS = 100;

export function ConfusedPairs({ counts, classes, onChoose }: ShownCounts) {
  const pairs = useMemo(() => confusedPairs(counts, classes.length), [counts, classes]);
  const more = pairs.length - MOST_PAIRS;
  if (pairs.length === 0) return <p className="many-words">No class is taken for another.</p>;
  return (
    <div className="many-scroll">
      <table aria-label="Most confused pairs">
        <TableHead columns={["True class", "Taken for", "Images", "Of the class"]} />
        <tbody>
          {pairs.slice(0, MOST_PAIRS).map(({ trueClass, predictedClass, count, rowShare }) => {
            const [truth, other] = [classes[trueClass] ?? "", classes[predictedClass] ?? ""];
            return (
              <tr key={`${trueClass} ${predictedClass}`}>
                <th scope="row">{truth}</th>
                <td>
                  <CellButton
                    trueClass={trueClass}
                    predictedClass={predictedClass}
                    onChoose={onChoose}
                    label={`Images of ${truth} taken for ${other}`}
                  >
                    {other}
                  </CellButton>
                </td>
                <td>{formatCount(count)}</td>
                <td>{formatPercent(rowShare, 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more > 0 && <p className="many-words">{`And ${formatCount(more)} more pairs.`}</p>}
    </div>
  );
}
