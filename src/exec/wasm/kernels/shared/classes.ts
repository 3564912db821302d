/** Operations on one row of class scores. A row is short, so all of them compute in float64. */

export function valueAt(row: usize, place: i32): f64 {
  return <f64>load<f32>(row + ((<usize>place) << 2));
}

export function setValue(row: usize, place: i32, value: f64): void {
  store<f32>(row + ((<usize>place) << 2), <f32>value);
}

export function largestOf(row: usize, classes: i32): f64 {
  let largest = valueAt(row, 0);
  for (let place = 1; place < classes; place += 1) largest = max(largest, valueAt(row, place));
  return largest;
}

export function powersOf(row: usize, classes: i32, largest: f64): f64 {
  let total: f64 = 0;
  for (let place = 0; place < classes; place += 1) total += Math.exp(valueAt(row, place) - largest);
  return total;
}

export function sumOf(row: usize, classes: i32): f64 {
  let total: f64 = 0;
  for (let place = 0; place < classes; place += 1) total += valueAt(row, place);
  return total;
}

/** Returns the class with the largest output, and the first of those that are equal. */
export function bestOf(row: usize, classes: i32): i32 {
  let best = 0;
  for (let place = 1; place < classes; place += 1)
    if (valueAt(row, place) > valueAt(row, best)) best = place;
  return best;
}
