/** Names the folder of the checkpoints of a run, or of the race of a lane: a lane's id begins with that of its race. */
export function folderOf(runId: string): string {
  return runId.replace(/[/].*$/, "");
}
