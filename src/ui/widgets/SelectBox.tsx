/**
 * A choice from a list that opens. Options may have a sentence and be in groups. Until it is first opened it is a plain button
 * with the same look and the same keys, because the list that opens is a twentieth of the page's script.
 */
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useLoadFailure } from "./lazyPart.tsx";
import type { SelectBoxProps, SelectList } from "./SelectList.tsx";

/** Loads the list before it is needed. A failure is reported when the control is opened. */
export function prepareLists(): void {
  loadList().catch(() => {});
}

async function loadList(): Promise<typeof SelectList> {
  return (await import("./SelectList.tsx")).SelectList;
}

export function SelectBox<V extends string>(props: SelectBoxProps<V>) {
  const { label, value, options, onChange, describedBy, className = "" } = props;
  const [List, setList] = useState<typeof SelectList | null>(null);
  const tellFailure = useLoadFailure();
  if (List !== null) {
    const choose = (chosen: string) => {
      const option = options.find((one) => one.value === chosen);
      if (option !== undefined) onChange(option.value);
    };
    return <List {...props} opensAtOnce onChange={choose} />;
  }
  const open = () => {
    loadList().then(
      (Loaded) => setList(() => Loaded),
      (error: unknown) => tellFailure(`The list of ${label}`, error),
    );
  };
  return (
    <button
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-label={label}
      aria-describedby={describedBy}
      className={`select-trigger ${className}`}
      onPointerEnter={prepareLists}
      onFocus={prepareLists}
      onClick={open}
      onKeyDown={(event) => {
        if (!opensList(event)) return;
        event.preventDefault();
        open();
      }}
    >
      <span className="select-value">{options.find((one) => one.value === value)?.label}</span>
      <span className="select-icon" aria-hidden>
        <ChevronDown size={15} />
      </span>
    </button>
  );
}

/** Arrow keys and letters open the list. The browser turns Enter and Space into a click. */
function opensList({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (key === "ArrowDown" || key === "ArrowUp") return true;
  return key.length === 1 && key !== " " && !altKey && !ctrlKey && !metaKey;
}
