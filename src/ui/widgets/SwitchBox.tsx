/** A switch. It is a native button, which works by keyboard and touch too. */

export interface SwitchBoxProps {
  /** The accessible name. */
  readonly label: string;
  readonly checked: boolean;
  readonly describedBy?: string | undefined;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchBox({ label, checked, describedBy, onChange }: SwitchBoxProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      className="switch"
      data-checked={checked || undefined}
      aria-label={label}
      aria-describedby={describedBy}
      onClick={() => onChange(!checked)}
    >
      <span className="switch-thumb" />
    </button>
  );
}
