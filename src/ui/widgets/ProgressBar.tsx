/**
 * A progress bar; indeterminate without a share. It has no interaction, so it uses no library, which was 1 kB of the first
 * load.
 */

export function ProgressBar({
  label,
  share,
}: {
  readonly label: string;
  readonly share: number | null;
}) {
  const percent = share === null ? null : Math.round(share * 1000) / 10;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className="progress"
    >
      <div className="progress-track">
        <div
          className="progress-indicator"
          data-indeterminate={percent === null || undefined}
          style={{ width: percent === null ? undefined : `${percent}%` }}
        />
      </div>
    </div>
  );
}
