/** Lists each class with its images, the correct ones and the class it is mistaken for most often. Names can be searched. */
import { useMemo, useState } from "react";
import { classResults } from "../../../core/confusion.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { TableHead } from "../../widgets/TableHead.tsx";
import { CellButton, type ShownCounts } from "./CellButton.tsx";

export function ClassTable({ counts, classes, onChoose }: ShownCounts) {
  const [sought, setSought] = useState("");
  const results = useMemo(() => classResults(counts, classes.length), [counts, classes]);
  const wanted = sought.trim().normalize("NFC").toLowerCase();
  const found = [...results.entries()].filter(([own]) =>
    (classes[own] ?? "").toLowerCase().includes(wanted),
  );
  return (
    <>
      <input
        type="search"
        className="many-search"
        aria-label="Search classes"
        placeholder="Search classes"
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
      />
      <div className="many-scroll">
        <table aria-label="Accuracy of each class">
          <TableHead columns={["Class", "Images", "Right", "Most often taken for"]} />
          <tbody>
            {found.map(([own, { numImages, numRight, worst }]) => {
              const name = classes[own] ?? "";
              const other = worst && (classes[worst.predictedClass] ?? "");
              return (
                <tr key={own}>
                  <th scope="row">{name}</th>
                  <td>{formatCount(numImages)}</td>
                  <td>
                    <CellButton
                      trueClass={own}
                      predictedClass={own}
                      onChoose={onChoose}
                      label={`Images of ${name}, recognised`}
                    >
                      {numImages === 0 ? "–" : formatPercent(numRight / numImages, 0)}
                    </CellButton>
                  </td>
                  <td>
                    {worst === undefined ? (
                      "–"
                    ) : (
                      <CellButton
                        trueClass={own}
                        predictedClass={worst.predictedClass}
                        onChoose={onChoose}
                        label={`Images of ${name} taken for ${other}`}
                      >
                        {`${other}, ${formatCount(worst.count)}`}
                      </CellButton>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {found.length === 0 && <p className="many-words">No class is called so.</p>}
      </div>
    </>
  );
}
