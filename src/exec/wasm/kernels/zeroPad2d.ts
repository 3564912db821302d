/** Lines of a map into the larger one around it, and out of it. One chunk is some lines of the result. */
import { clearValues } from "./channels";
import { addressAt, intAt } from "./shared/record";

/**
 * Arguments of both: images, height, width, outer height, outer width, channels, top, left, inner, outer, lines of a
 * chunk.
 */
export function padLines(record: usize, chunk: i32, _scratch: usize): void {
  const height = intAt(record, 1);
  const outerHeight = intAt(record, 3);
  const outerWidth = intAt(record, 4);
  const channels = intAt(record, 5);
  const pixelBytes = (<usize>channels) << 2;
  const innerBytes = <usize>intAt(record, 2) * pixelBytes;
  const end = min(intAt(record, 0) * outerHeight, (chunk + 1) * intAt(record, 10));
  for (let line = chunk * intAt(record, 10); line < end; line += 1) {
    const image = line / outerHeight;
    const row = line - image * outerHeight - intAt(record, 6);
    const target = addressAt(record, 9) + <usize>(line * outerWidth) * pixelBytes;
    clearValues(target, outerWidth * channels);
    if (row < 0 || row >= height) continue;
    const source = addressAt(record, 8) + <usize>(image * height + row) * innerBytes;
    memory.copy(target + <usize>intAt(record, 7) * pixelBytes, source, innerBytes);
  }
}

export function cutLines(record: usize, chunk: i32, _scratch: usize): void {
  const height = intAt(record, 1);
  const pixelBytes = (<usize>intAt(record, 5)) << 2;
  const innerBytes = <usize>intAt(record, 2) * pixelBytes;
  const end = min(intAt(record, 0) * height, (chunk + 1) * intAt(record, 10));
  for (let line = chunk * intAt(record, 10); line < end; line += 1) {
    const image = line / height;
    const row = image * intAt(record, 3) + line - image * height + intAt(record, 6);
    const source = row * intAt(record, 4) + intAt(record, 7);
    const target = addressAt(record, 8) + <usize>line * innerBytes;
    memory.copy(target, addressAt(record, 9) + <usize>source * pixelBytes, innerBytes);
  }
}
