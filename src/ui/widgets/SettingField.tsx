/**
 * The control of one setting, made from its entry in the table of fields: label, explanation, a control that fits the kind, and
 * the error. It stores no value.
 */
import { RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { openedNetworks } from "../../network/networks/openedNetworks.ts";
import {
  type ChoiceField,
  FIELDS,
  type Field,
  formatSetting,
  type NumberField,
} from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey } from "../../settings/settings.ts";
import { isSteered } from "../../settings/steering.ts";
import { isActive } from "../../store/run/runState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { describedBy, FieldWords } from "./FieldWords.tsx";
import { HelpButton } from "./HelpButton.tsx";
import { Lockable, LockMark } from "./Lockable.tsx";
import { NumberBox } from "./NumberBox.tsx";
import { Segmented } from "./Segmented.tsx";
import { SelectBox } from "./SelectBox.tsx";
import { SliderBox } from "./SliderBox.tsx";
import { SwitchBox } from "./SwitchBox.tsx";

/** The maximum number of characters in all labels of a choice that fit side by side. */
const SEGMENTED_LETTERS = 32;
/** The delay of an error message, which would flicker if it changed with every letter typed. */
const PROBLEM_DELAY_MS = 500;

/** What a change does that a run in progress cannot take up. */
const NEW_RUN = "starts a new run";

export function SettingField({ setting }: { readonly setting: SettingKey }) {
  const field: Field = FIELDS[setting];
  const id = useId();
  const actions = useActions();
  const text = usePlayground((state) => formatSetting(setting, state.settings.values[setting]));
  const draft = usePlayground((state) => state.settings.drafts[setting]);
  const recipeText = usePlayground((state) =>
    formatSetting(setting, recipeById(state.settings.recipeId).settings[setting]),
  );
  // An error of the run that names this setting is shown beside its control.
  const runProblem = usePlayground(({ run }) =>
    run.error?.context.setting === setting ? run.error.message : undefined,
  );
  const locked = usePlayground(({ settings }) => settings.restrictions.locked.includes(setting));
  const startsRun = usePlayground(({ run }) => isActive(run) && !isSteered(setting) && !locked);
  const problem = useSettled(draft?.problem) ?? runProblem;
  const control = controlOf(field, {
    label: field.label,
    text: draft?.text ?? text,
    validText: text,
    invalid: draft !== undefined,
    describedBy: describedBy({ id, problem, remark: startsRun ? `${id}-run` : undefined }),
    onText: (changed) => actions.setText(setting, changed),
  });
  return (
    <div
      className={`field field-${shapeOf(field)}`}
      data-changed={text !== recipeText || undefined}
      data-setting={setting}
    >
      <div className="field-head">
        {startsRun && (
          <span className="new-run-mark" title={NEW_RUN}>
            <RotateCcw size={10} aria-hidden />
          </span>
        )}
        <span id={`${id}-label`} className="field-label">
          {field.label}
        </span>
        {locked && <LockMark />}
        {text !== recipeText && !locked && (
          <button
            type="button"
            className="changed-mark"
            title={`The recipe has ${recipeText}. Press to go back to it.`}
            aria-label="Undo this change"
            aria-describedby={`${id}-label`}
            onClick={() => actions.resetSetting(setting)}
          />
        )}
        <HelpButton
          subject={field.label}
          text={startsRun ? `${field.help} A change ${NEW_RUN}.` : field.help}
          labelId={`${id}-label`}
        />
        <span className="field-space">
          {startsRun && (
            <span id={`${id}-run`} className="new-run-words">
              {NEW_RUN}
            </span>
          )}
        </span>
        <Lockable locked={locked}>{control.beside}</Lockable>
      </div>
      <Lockable locked={locked}>{control.below}</Lockable>
      <FieldWords id={id} help={field.help} problem={problem} />
    </div>
  );
}

interface ControlProps {
  readonly label: string;
  readonly text: string;
  readonly validText: string;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly onText: (text: string) => void;
}

interface Control {
  /** Shown on the label's line. */
  readonly beside?: ReactNode;
  readonly below?: ReactNode;
}

function controlOf(field: Field, props: ControlProps): Control {
  switch (field.kind) {
    case "number":
      return numberControl(field, props);
    case "choice":
      return { below: choiceControl(field, props) };
    case "switch":
      return {
        beside: (
          <SwitchBox
            label={props.label}
            checked={props.validText === "on"}
            describedBy={props.describedBy}
            onChange={(checked) => props.onText(checked ? "on" : "off")}
          />
        ),
      };
    case "integers":
      return {
        below: (
          <input
            type="text"
            inputMode="numeric"
            className="number-box wide"
            aria-label={props.label}
            aria-describedby={props.describedBy}
            aria-invalid={props.invalid || undefined}
            value={props.text}
            onChange={(event) => props.onText(event.target.value)}
          />
        ),
      };
  }
}

function numberControl(field: NumberField, props: ControlProps): Control {
  const { label, text, validText, invalid, describedBy, onText } = props;
  const range = {
    value: Number(validText),
    min: field.min,
    max: field.max,
    step: field.step,
    describedBy,
  };
  const box = (
    <span className="number-with-unit">
      <NumberBox
        {...range}
        label={field.slider ? `${label}, exact value` : label}
        text={text}
        invalid={invalid}
        onText={onText}
      />
      {field.unit !== undefined && <span className="unit">{field.unit}</span>}
    </span>
  );
  if (!field.slider) return { beside: box };
  return {
    beside: box,
    below: (
      <SliderBox
        {...range}
        label={label}
        unit={field.unit}
        onValue={(value) => onText(String(value))}
      />
    ),
  };
}

function choiceControl(
  field: ChoiceField,
  { label, validText, describedBy, onText }: ControlProps,
) {
  const options = optionsOf(field, validText);
  const props = { label, value: validText, options, onChange: onText, describedBy };
  return isSegmented(field) ? <Segmented {...props} /> : <SelectBox {...props} className="wide" />;
}

/** The model that a person opened follows the options of the table. */
function optionsOf({ options, others }: ChoiceField, value: string): ChoiceField["options"] {
  if (others?.has(value) !== true) return options;
  const opened = [...openedNetworks].find(([name]) => name === value)?.[1];
  return [...options, { value, label: opened?.title ?? others.label }];
}

function isSegmented(field: ChoiceField): boolean {
  return (
    field.options.reduce((letters, option) => letters + option.label.length, 0) <= SEGMENTED_LETTERS
  );
}

/** Returns a name for the style sheet: which controls take one line and which two. */
function shapeOf(field: Field): string {
  return field.kind === "number" && field.slider ? "slider" : field.kind;
}

/** Returns the text after it has stayed the same for a moment (debounce). Its removal takes effect at once. */
function useSettled(text: string | undefined): string | undefined {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PROBLEM_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return text === undefined ? undefined : settled;
}
