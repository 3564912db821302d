/** Buttons for the documents' examples, and what the document says about the chosen one, with its own counts. */
import { formatCount } from "../../../core/units.ts";
import { exampleRows } from "../../../network/convolutions/exampleRows.ts";
import { EXAMPLES, type Example } from "../../../network/convolutions/examples.ts";
import type { ConvolutionSettings } from "../../../network/convolutions/labSettings.ts";
import { Button } from "../../widgets/Button.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";

export interface ExamplesProps {
  readonly shown: string | undefined;
  readonly onChoose: (settings: ConvolutionSettings) => void;
}

export function Examples({ shown, onChoose }: ExamplesProps) {
  return (
    <div className="lab-examples" role="group" aria-label="Examples from the documents">
      <span className="lab-examples-title">Examples</span>
      {EXAMPLES.map(({ id, title, layers: [first] }) => (
        <Button
          key={id}
          className="lab-chip"
          aria-pressed={id === shown}
          onClick={() => first !== undefined && onChoose(first)}
        >
          {title}
        </Button>
      ))}
    </div>
  );
}

export function ExampleDetails({ example }: { readonly example: Example }) {
  const { source, says, order } = example;
  return (
    <div className="lab-example">
      <h3 className="lab-subtitle">{source} counts</h3>
      {says.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ScrollFrame label="The example's counts" className="lab-scroll">
        <table className="lab-table">
          <TableHead
            columns={[
              "Kind",
              "Output",
              `Weights ${order === "pytorch" ? "(N, C, K, K)" : "(K, K, in, out)"}`,
              { number: "Parameters" },
              { number: "Multiplications" },
            ]}
          />
          <tbody>
            {exampleRows(example).map(
              ({ title, shape, weights, paramsWritten, macs, macsWritten }) => (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  <td>{shape}</td>
                  <td>{weights}</td>
                  <td className="number">{paramsWritten}</td>
                  <td className="number">{macs < 1e7 ? macsWritten : formatCount(macs)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </ScrollFrame>
    </div>
  );
}
