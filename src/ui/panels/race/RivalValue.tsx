/** Selects the rival's value of the setting that differs. */
import { FIELDS, type Field } from "../../../settings/fields.ts";
import type { SettingKey } from "../../../settings/settings.ts";
import { NumberBox } from "../../widgets/NumberBox.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";

const SWITCH_OPTIONS = [
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
];

export function RivalValue(props: {
  readonly setting: SettingKey;
  readonly text: string;
  readonly invalid: boolean;
  readonly onText: (text: string) => void;
}) {
  const { setting, text, invalid, onText } = props;
  const field: Field = FIELDS[setting];
  const label = "Rival's value";
  switch (field.kind) {
    case "number":
      return (
        <NumberBox
          label={label}
          text={text}
          value={Number(text) || 0}
          min={field.min}
          max={field.max}
          step={field.step}
          invalid={invalid}
          onText={onText}
        />
      );
    case "choice":
      return <SelectBox label={label} value={text} options={field.options} onChange={onText} />;
    case "switch":
      return <SelectBox label={label} value={text} options={SWITCH_OPTIONS} onChange={onText} />;
    case "integers":
      return null;
  }
}
