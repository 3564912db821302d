/** The control of one of the laboratory's settings, made from its entry in the table of fields. It stores no value. */
import { useId } from "react";
import { LAB_FIELDS, type LabKey } from "../../../network/convolutions/labSettings.ts";
import { type LabState, labProblem } from "../../../store/convolutions/convolutionsState.ts";
import { describedBy, FieldWords } from "../../widgets/FieldWords.tsx";
import { HelpButton } from "../../widgets/HelpButton.tsx";
import { NumberBox } from "../../widgets/NumberBox.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import type { LabActions } from "./useLab.ts";

export interface LabFieldProps {
  readonly setting: LabKey;
  readonly state: LabState;
  readonly actions: LabActions;
  /** A remark on the value that is not an error. */
  readonly note?: string | undefined;
}

export function LabField({ setting, state, actions, note }: LabFieldProps) {
  const id = useId();
  const field = LAB_FIELDS[setting];
  const problem = labProblem(state, setting);
  const text = String(state.values[setting]);
  const description = describedBy({
    id,
    problem,
    remark: note === undefined ? undefined : `${id}-note`,
  });
  const onText = (changed: string) => actions.setText(setting, changed);
  return (
    <div className="lab-field" data-setting={setting}>
      <div className="field-head">
        <span id={`${id}-label`} className="field-label">
          {field.label}
        </span>
        <HelpButton subject={field.label} text={field.help} labelId={`${id}-label`} />
        <span className="field-space" />
        {field.kind === "number" && (
          <NumberBox
            label={field.label}
            text={state.drafts[setting]?.text ?? text}
            value={Number(text)}
            min={field.min}
            max={field.max}
            step={field.step}
            invalid={problem !== undefined}
            describedBy={description}
            onText={onText}
          />
        )}
      </div>
      {field.kind === "choice" && (
        <Segmented
          label={field.label}
          value={text}
          options={field.options}
          describedBy={description}
          onChange={onText}
        />
      )}
      <FieldWords id={id} help={field.help} problem={problem} />
      {note !== undefined && (
        <p id={`${id}-note`} className="lab-note">
          {note}
        </p>
      )}
    </div>
  );
}
