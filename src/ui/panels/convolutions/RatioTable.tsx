/** The PyTorch notebook's table, "conv has x.xx times more mults", for any range of n. */
import type { LabKey } from "../../../network/convolutions/labSettings.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { LabField } from "./LabField.tsx";
import type { LabProps } from "./OneConvolution.tsx";
import { ratioText } from "./ratioText.ts";

const RANGE_KEYS: readonly LabKey[] = ["tableFrom", "tableTo", "tableStep", "tableKernel"];

export function RatioTable({ state, actions }: LabProps) {
  const { ratioRows, ratioError, values } = state;
  const caption = `Ordinary against separable, k = ${values.tableKernel}`;
  return (
    <div>
      <div className="lab-fields lab-fields-range">
        {RANGE_KEYS.map((key) => (
          <LabField key={key} setting={key} state={state} actions={actions} />
        ))}
      </div>
      <ScrollFrame label={caption} className="lab-scroll lab-scroll-low">
        <table className="lab-table" data-stale={ratioError !== null || undefined}>
          <caption>{caption}</caption>
          <TableHead columns={[{ number: "n" }, { number: "r" }, "The notebook’s words"]} />
          <tbody>
            {ratioRows.map(({ filters, ratio, timesMore }) => (
              <tr key={filters}>
                <th scope="row" className="number">
                  {filters}
                </th>
                <td className="number">{ratioText(ratio)}</td>
                <td>conv has {timesMore.toFixed(2)} times more mults</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </div>
  );
}
