/** A choice from a list that opens. Options may have a sentence and be in groups. */
import { Select } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";

export interface SelectOption<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly sentence?: string;
  /** The heading above this option and the adjacent options of the same group. */
  readonly group?: string;
}

export interface SelectBoxProps<V extends string> {
  /** The accessible name. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly SelectOption<V>[];
  readonly onChange: (value: V) => void;
  readonly describedBy?: string | undefined;
  readonly className?: string;
}

export function SelectBox<V extends string>(props: SelectBoxProps<V>) {
  const { label, value, options, onChange, describedBy, className = "" } = props;
  return (
    <Select.Root
      items={options}
      value={value}
      onValueChange={(chosen) => {
        if (chosen !== null) onChange(chosen);
      }}
      modal={false}
    >
      <Select.Trigger
        className={`select-trigger ${className}`}
        aria-label={label}
        aria-describedby={describedBy}
      >
        <Select.Value className="select-value" />
        <Select.Icon className="select-icon">
          <ChevronDown size={15} aria-hidden />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          className="floating"
          alignItemWithTrigger={false}
          sideOffset={4}
          collisionPadding={10}
        >
          <Select.Popup className="popup select-popup">
            <Select.List className="select-list">
              {groupsOf(options).map(({ group, members }) =>
                group === undefined ? (
                  members.map((option) => <Item key={option.value} option={option} />)
                ) : (
                  <Select.Group key={group} className="select-group">
                    <Select.GroupLabel className="select-heading">{group}</Select.GroupLabel>
                    {members.map((option) => (
                      <Item key={option.value} option={option} />
                    ))}
                  </Select.Group>
                ),
              )}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}

function Item({ option }: { readonly option: SelectOption<string> }) {
  return (
    <Select.Item value={option.value} label={option.label} className="select-item">
      <Select.ItemIndicator className="select-mark">
        <Check size={14} aria-hidden />
      </Select.ItemIndicator>
      <span className="select-words">
        <Select.ItemText className="select-name">{option.label}</Select.ItemText>
        {option.sentence !== undefined && (
          <span className="select-sentence">{option.sentence}</span>
        )}
      </span>
    </Select.Item>
  );
}

/** Groups adjacent options of the same group. */
function groupsOf<V extends string>(options: readonly SelectOption<V>[]) {
  const groups: { readonly group: string | undefined; readonly members: SelectOption<V>[] }[] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last !== undefined && last.group === option.group) last.members.push(option);
    else groups.push({ group: option.group, members: [option] });
  }
  return groups;
}
