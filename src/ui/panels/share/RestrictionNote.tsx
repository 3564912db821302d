/** Says above the controls who has locked and hidden what. It loads only with a link that does. */
import { Lock } from "lucide-react";
import { restrictionWords } from "../../../store/settings/linkWords.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import "./restriction.css";

export function RestrictionNote() {
  const words = usePlayground(({ settings }) => restrictionWords(settings.restrictions));
  if (words === null) return null;
  return (
    <p className="restriction-note" role="note">
      <Lock size={14} aria-hidden />
      <span>{words}</span>
    </p>
  );
}
