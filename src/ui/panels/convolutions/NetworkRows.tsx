/** The rows of the network's table, sorted by the column whose heading was pressed. */

import { ArrowDown, ArrowUp } from "lucide-react";
import { greatestOf } from "../../../core/numbers.ts";
import { formatCount } from "../../../core/units.ts";
import {
  type Counts,
  NETWORK_KINDS,
  type NetworkTable,
  type SortColumn,
  type Sorting,
  sortRows,
} from "../../../network/convolutions/networkTable.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { NETWORK_TITLES } from "./NetworkTotals.tsx";

export interface NetworkRowsProps {
  readonly table: NetworkTable;
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
}

const COUNTS: readonly (readonly [keyof Counts, string])[] = [
  ["params", "parameters"],
  ["macs", "MACs"],
];

export function NetworkRows({ table, sorting, onSort }: NetworkRowsProps) {
  const { rows, total } = table;
  const most = greatestOf(
    rows.flatMap(({ counts }) => NETWORK_KINDS.map((kind) => counts[kind].macs)),
  );
  return (
    <ScrollFrame label="Layers by kind" className="lab-scroll lab-scroll-high">
      <table className="lab-table lab-network-table">
        <thead>
          <tr>
            <Heading column="name" text="Layer" sorting={sorting} onSort={onSort} />
            {NETWORK_KINDS.flatMap((kind) =>
              COUNTS.map(([count, word]) => (
                <Heading
                  key={`${kind} ${count}`}
                  column={`${kind} ${count}`}
                  text={`${NETWORK_TITLES[kind]}, ${word}`}
                  sorting={sorting}
                  onSort={onSort}
                />
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {sortRows(rows, sorting).map(({ name, counts }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {NETWORK_KINDS.flatMap((kind) => [
                <td key={`${kind} params`} className="number">
                  {formatCount(counts[kind].params)}
                </td>,
                <td
                  key={`${kind} macs`}
                  className={`number lab-cell-bar accent-${kind === "ordinary" ? "ordinary" : "separable"}`}
                  style={{ backgroundSize: `${(counts[kind].macs / most) * 100}% 3px` }}
                >
                  {formatCount(counts[kind].macs)}
                </td>,
              ])}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            {NETWORK_KINDS.flatMap((kind) =>
              COUNTS.map(([count]) => (
                <td key={`${kind} ${count}`} className="number">
                  {formatCount(total[kind][count])}
                </td>
              )),
            )}
          </tr>
        </tfoot>
      </table>
    </ScrollFrame>
  );
}

interface HeadingProps {
  readonly column: SortColumn;
  readonly text: string;
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
}

/** Cycles through largest first, smallest first and the network's own order; for names the first two are swapped. */
function Heading({ column, text, sorting, onSort }: HeadingProps) {
  const first = column !== "name";
  const own = sorting?.column === column ? sorting : null;
  const next =
    own === null
      ? { column, descending: first }
      : own.descending === first
        ? { column, descending: !first }
        : null;
  const order = own === null ? "none" : own.descending ? "descending" : "ascending";
  return (
    <th scope="col" className={first ? "number" : ""} aria-sort={order}>
      <button type="button" className="lab-sort" onClick={() => onSort(next)}>
        {text}
        {order === "descending" && <ArrowDown size={12} aria-hidden />}
        {order === "ascending" && <ArrowUp size={12} aria-hidden />}
      </button>
    </th>
  );
}
