/** Shows the spectrum between an ordinary convolution and one tower for each channel, by the number of towers. */
import { greatestOf } from "../../../core/numbers.ts";
import { formatCount } from "../../../core/units.ts";
import { continuum } from "../../../network/convolutions/towers.ts";
import { SliderBox } from "../../widgets/SliderBox.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { Value } from "../../widgets/Value.tsx";
import { InceptionPictures } from "./InceptionPictures.tsx";
import { LabField } from "./LabField.tsx";
import { LabSection } from "./LabSection.tsx";
import type { LabProps } from "./OneConvolution.tsx";
import { TowerPicture } from "./TowerPicture.tsx";

export function Towers({ state, actions }: LabProps) {
  const { height, width, kernelSize, moduleChannels, towers } = state.values;
  const steps = continuum(state.values);
  const place = steps.findIndex((step) => step.towers === towers);
  const shown = steps[place];
  const most = greatestOf(steps.map(({ macs }) => macs));
  if (shown === undefined) return null;
  return (
    <LabSection
      id="lab-towers"
      title="From Inception to Xception"
      sentence="A 1 × 1 convolution mixes the channels, then towers share them out and look at their neighbourhood. One tower is an ordinary convolution; one tower a channel is Xception’s. The paper calls it a spectrum: move along it."
    >
      <div className="lab-towers">
        <div>
          <LabField setting="moduleChannels" state={state} actions={actions} />
          <div className="field-head">
            <span className="field-label">Towers</span>
            <span className="field-space" />
            <b>
              {towers} of {shown.channelsPerTower}{" "}
              {shown.channelsPerTower === 1 ? "channel" : "channels"}
            </b>
          </div>
          <SliderBox
            label="Towers"
            value={place}
            min={0}
            max={Math.max(1, steps.length - 1)}
            step={1}
            valueText={(index) => `${steps[index]?.towers ?? towers} towers`}
            onValue={(index) => actions.setValues({ towers: steps[index]?.towers ?? towers })}
          />
          <dl className="lab-values">
            <Value label="Parameters of the module" text={formatCount(shown.params)} />
            <Value label="MACs of the module" text={formatCount(shown.macs)} />
          </dl>
          <p className="lab-note">
            {formatCount(shown.pointwiseParams)} parameters are the 1 × 1 convolution’s, whatever
            the towers. Input {height} × {width}, kernel {kernelSize} × {kernelSize}, as set above;
            padding same, no biases.
          </p>
        </div>
        <TowerPicture
          towers={towers}
          channelsPerTower={shown.channelsPerTower}
          kernelSize={kernelSize}
        />
      </div>
      <table className="lab-table lab-spectrum">
        <caption>The whole spectrum for {moduleChannels} channels</caption>
        <TableHead columns={[{ number: "Towers" }, { number: "Parameters" }, { number: "MACs" }]} />
        <tbody>
          {steps.map((step) => (
            <tr key={step.towers} aria-current={step.towers === towers ? "true" : undefined}>
              <th scope="row" className="number">
                {step.towers}
              </th>
              <td className="number">{formatCount(step.params)}</td>
              <td className="number lab-amount">
                {formatCount(step.macs)}
                <span className="lab-bar" aria-hidden>
                  <i
                    className={accentOf(step.towers, moduleChannels)}
                    style={{ width: `${(step.macs / most) * 100}%` }}
                  />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 className="lab-subtitle">The same in pictures</h3>
      <InceptionPictures />
    </LabSection>
  );
}

/** Only the ends of the spectrum have a kind; everything between has none. */
function accentOf(towers: number, channels: number): string {
  if (towers === channels) return "accent-separable";
  return towers === 1 ? "accent-ordinary" : "accent-other";
}
