/** On or off. */
import { Switch } from "@base-ui/react/switch";

export interface SwitchBoxProps {
  /** The accessible name. */
  readonly label: string;
  readonly checked: boolean;
  readonly describedBy?: string | undefined;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchBox({ label, checked, describedBy, onChange }: SwitchBoxProps) {
  return (
    <Switch.Root
      className="switch"
      checked={checked}
      onCheckedChange={onChange}
      nativeButton
      render={<button type="button" />}
      aria-label={label}
      aria-describedby={describedBy}
    >
      <Switch.Thumb className="switch-thumb" />
    </Switch.Root>
  );
}
