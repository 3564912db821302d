/** How far something is; without a share, that it is under way. */
import { Progress } from "@base-ui/react/progress";

export function ProgressBar({
  label,
  share,
}: {
  readonly label: string;
  readonly share: number | null;
}) {
  return (
    <Progress.Root
      value={share === null ? null : Math.round(share * 1000) / 10}
      aria-label={label}
      className="progress"
    >
      <Progress.Track className="progress-track">
        <Progress.Indicator className="progress-indicator" />
      </Progress.Track>
    </Progress.Root>
  );
}
