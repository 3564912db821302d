/** The list of a choice: `SelectBox.tsx` loads it when it is first opened. */
import { Select } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";

interface SelectOption<V extends string> {
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

interface SelectListProps extends SelectBoxProps<string> {
  /** Set when it stands in for the closed control at the first press. */
  readonly opensAtOnce?: boolean;
}

/** Parts of the page that load later may use it without `SelectBox`. */
export function SelectList(props: SelectListProps) {
  const { label, value, options, onChange, describedBy, className = "", opensAtOnce } = props;
  const trigger = useRef<HTMLButtonElement>(null);
  // The closed control, which had the focus, is gone. A dialog around it would take the focus, and the list would close again.
  useLayoutEffect(() => {
    if (opensAtOnce) trigger.current?.focus();
  }, [opensAtOnce]);
  useEffect(() => {
    if (opensAtOnce) trigger.current?.click();
  }, [opensAtOnce]);
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
        ref={trigger}
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
function groupsOf(options: readonly SelectOption<string>[]) {
  const groups: { readonly group: string | undefined; readonly members: SelectOption<string>[] }[] =
    [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last !== undefined && last.group === option.group) last.members.push(option);
    else groups.push({ group: option.group, members: [option] });
  }
  return groups;
}
