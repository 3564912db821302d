/**
 * Lines of a map by groups of four channels, `[channels / 4][pixels][4]`. A window that slides along a line then
 * reads and writes consecutive memory, and channel counts that are powers of two do not fall into the same cache
 * sets. The last group is padded with arbitrary numbers.
 */
export function groupsOf(channels: i32): i32 {
  return (channels + 3) >> 2;
}
