/**
 * Finds test images that are training images too, byte by byte. A network remembers them, so its test accuracy is too high. They
 * are common where one person has sorted pictures by hand.
 */
import { formatCount } from "../../core/units.ts";
import type { OwnPart } from "./ownData.ts";

/** Returns a sentence about the images that both parts hold; none when there are none or when both are one part. */
export async function duplicateNotes(train: OwnPart, test: OwnPart): Promise<readonly string[]> {
  if (train === test) return [];
  const known = new Set<string>();
  for (let index = 0; index < train.labels.length; index += 1)
    known.add(await train.fingerprint(index));
  let numShared = 0;
  for (let index = 0; index < test.labels.length; index += 1)
    if (known.has(await test.fingerprint(index))) numShared += 1;
  if (numShared === 0) return [];
  const [images, are] = numShared === 1 ? ["image", "is"] : ["images", "are"];
  return [
    `${formatCount(numShared)} test ${images} ${are} among the training images too, so the test accuracy will be too high.`,
  ];
}

/**
 * Two independent hashes of 32 bits and the length. Among 100,000 images, two different ones share them with a probability of
 * less than one in a billion. The mixing is that of FNV-1a, with the constants of MurmurHash3 for the second.
 */
export function fingerprintOf(bytes: Uint8Array): string {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(((other << 13) | (other >>> 19)) ^ byte, 0xcc9e2d51);
  }
  return `${bytes.length}/${one >>> 0}/${other >>> 0}`;
}
