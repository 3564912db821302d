/** The lock beside the name of a control that the link to the page has locked. */
import { Lock } from "lucide-react";

export function LockedMark() {
  return (
    <span className="locked-mark" title="The link to this page has locked this">
      <Lock size={13} aria-hidden />
      <span className="visually-hidden">Locked</span>
    </span>
  );
}
