/** The controls that a link may lock or hide, each with a button for either. What the page's own link has set stays set. */
import { Eye, EyeOff, Lock, LockOpen } from "lucide-react";
import { applies } from "../../../settings/applies.ts";
import { recipeById } from "../../../settings/recipes/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { toggled } from "../../../store/page/viewState.ts";
import { shownValue } from "../../../store/settings/linkWords.ts";
import {
  LINKED_CONTROLS,
  type LinkedControl,
  labelOf,
  type Restrictions,
} from "../../../store/settings/restrictions.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Button } from "../../widgets/Button.tsx";

interface LockTableProps {
  /** The restrictions of this page, which no link from it leaves out. */
  readonly given: Restrictions;
  readonly restrictions: Restrictions;
  readonly onChange: (restrictions: Restrictions) => void;
}

export function LockTable({ given, restrictions, onChange }: LockTableProps) {
  const recipeId = usePlayground(({ settings }) => settings.recipeId);
  const values = usePlayground(({ settings }) => settings.values);
  const shown = LINKED_CONTROLS.filter(
    (control) => control === "recipe" || applies(control, values),
  );
  const { locked, hidden } = restrictions;
  const allLocked = locked.length === LINKED_CONTROLS.length;
  const set = (kind: "locked" | "hidden", control: LinkedControl, present: boolean) =>
    onChange({ ...restrictions, [kind]: toggled(restrictions[kind], control, present) });
  return (
    <details className="share-locks">
      <summary>For a class: lock and hide controls</summary>
      <p className="share-words">
        Whoever opens the link cannot change a locked control, by no way the page has, and does not
        see a hidden one. All others start with these values and can be changed.
      </p>
      <Button
        look="small"
        onClick={() =>
          onChange({ ...restrictions, locked: allLocked ? given.locked : LINKED_CONTROLS })
        }
      >
        {allLocked ? "Unlock all" : "Lock all"}
      </Button>
      <ul className="lock-list">
        {shown.map((control) => (
          <li key={control}>
            <span className="lock-name">
              {labelOf(control)}
              <span className="lock-value">{valueIn(control, recipeId, values)}</span>
            </span>
            <Toggle
              name={`Lock ${labelOf(control)}`}
              pressed={locked.includes(control)}
              disabled={given.locked.includes(control)}
              icons={[LockOpen, Lock]}
              onChange={(present) => set("locked", control, present)}
            />
            <Toggle
              name={`Hide ${labelOf(control)}`}
              pressed={hidden.includes(control)}
              disabled={given.hidden.includes(control)}
              icons={[Eye, EyeOff]}
              onChange={(present) => set("hidden", control, present)}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}

function valueIn(control: LinkedControl, recipeId: string, values: Settings): string {
  return control === "recipe" ? recipeById(recipeId).title : shownValue(control, values);
}

function Toggle(props: {
  readonly name: string;
  readonly pressed: boolean;
  readonly disabled: boolean;
  readonly icons: readonly [off: typeof Lock, on: typeof Lock];
  readonly onChange: (pressed: boolean) => void;
}) {
  const { name, pressed, disabled, icons, onChange } = props;
  const Icon = icons[pressed ? 1 : 0];
  return (
    <button
      type="button"
      className="lock-toggle"
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={() => onChange(!pressed)}
    >
      <Icon size={15} aria-hidden />
    </button>
  );
}
