/** Two networks on the same batches. */
export function RaceTab() {
  return <h2>Race</h2>;
}
