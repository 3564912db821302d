/** One convolution's settings, the documents' examples to start from, and the counts of every kind. */
import type { LabKey } from "../../../network/convolutions/labSettings.ts";
import {
  type LabState,
  labProblem,
  shownExample,
} from "../../../store/convolutions/convolutionsState.ts";
import { ExampleDetails, Examples } from "./Examples.tsx";
import { KindTable } from "./KindTable.tsx";
import { LabField } from "./LabField.tsx";
import { LabSection } from "./LabSection.tsx";
import type { LabActions } from "./useLab.ts";

const CONVOLUTION_KEYS: readonly LabKey[] = [
  "height",
  "width",
  "channels",
  "filters",
  "kernelSize",
  "stride",
  "dilation",
  "groups",
  "depthMultiplier",
  "padding",
  "biases",
];

export interface LabProps {
  readonly state: LabState;
  readonly actions: LabActions;
}

export function OneConvolution({ state, actions }: LabProps) {
  const example = shownExample(state);
  const stale = CONVOLUTION_KEYS.some((key) => state.drafts[key] !== undefined);
  const impossible = CONVOLUTION_KEYS.some((key) => labProblem(state, key) !== undefined);
  return (
    <LabSection
      id="lab-one"
      title="One convolution"
      sentence="The same input and output, computed in five ways: what changes is how many numbers are learned and how often they are multiplied."
    >
      <Examples shown={example?.id} onChoose={actions.setConvolution} />
      <div className="lab-columns">
        <div className="lab-fields">
          {CONVOLUTION_KEYS.map((key) => (
            <LabField
              key={key}
              setting={key}
              state={state}
              actions={actions}
              note={noteFor(key, state)}
            />
          ))}
        </div>
        <div className="lab-results">
          <KindTable state={state} stale={stale} />
          <p className="lab-note" role="status" aria-label="State of the counts">
            {impossible
              ? "Some settings cannot be used as they are: see the fields marked red. Rows with a red edge show the last counts that could be made."
              : "MACs are multiplications with their additions, for one image: taps on padding counted, biases not."}
          </p>
          {example !== undefined && <ExampleDetails example={example} />}
        </div>
      </div>
    </LabSection>
  );
}

function noteFor(key: LabKey, { values }: LabState): string | undefined {
  if (key === "depthMultiplier" && values.depthMultiplier > 1) {
    return "Only depthwise separable has one; ordinary, grouped and spatially separable are counted without.";
  }
  if (key === "dilation" && values.dilation > 1 && values.stride > 1) {
    return "Keras refuses stride and dilation above 1 together; PyTorch computes it.";
  }
  return undefined;
}
