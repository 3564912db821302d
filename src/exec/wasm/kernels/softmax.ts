/** Softmax over the last axis. One chunk is some rows. */
import { largestOf, powersOf, setValue, valueAt } from "./shared/classes";
import { addressAt, intAt } from "./shared/record";

/** Arguments: x, y, rows, classes, rows of a chunk. */
export function softmax(record: usize, chunk: i32, _scratch: usize): void {
  const classes = intAt(record, 3);
  const bytes = (<usize>classes) << 2;
  const end = min(intAt(record, 2), (chunk + 1) * intAt(record, 4));
  for (let r = chunk * intAt(record, 4); r < end; r += 1) {
    const row = addressAt(record, 0) + <usize>r * bytes;
    const target = addressAt(record, 1) + <usize>r * bytes;
    const largest = largestOf(row, classes);
    const total = powersOf(row, classes, largest);
    for (let place = 0; place < classes; place += 1)
      setValue(target, place, Math.exp(valueAt(row, place) - largest) / total);
  }
}

/** `dx = y * (dy - sum(dy * y))`. Arguments: dy, y, dx, rows, classes, rows of a chunk. */
export function softmaxGradient(record: usize, chunk: i32, _scratch: usize): void {
  const classes = intAt(record, 4);
  const bytes = (<usize>classes) << 2;
  const end = min(intAt(record, 3), (chunk + 1) * intAt(record, 5));
  for (let r = chunk * intAt(record, 5); r < end; r += 1) {
    const offset = <usize>r * bytes;
    const dy = addressAt(record, 0) + offset;
    const y = addressAt(record, 1) + offset;
    let product: f64 = 0;
    for (let place = 0; place < classes; place += 1)
      product += valueAt(dy, place) * valueAt(y, place);
    for (let place = 0; place < classes; place += 1) {
      const slope = valueAt(y, place) * (valueAt(dy, place) - product);
      setValue(addressAt(record, 2) + offset, place, slope);
    }
  }
}
