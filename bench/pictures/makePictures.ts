/** Makes a zip of small JPEGs in class folders from a seed, for `npm run bench -- pictures`. It is not part of the page. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { Zip, ZipPassThrough } from "fflate";
import jpeg from "jpeg-js";
import { type RandomStream, randomStream } from "../../src/core/random.ts";

const SIDE = 100;
const QUALITY = 80;
/** Encoding takes longer than the page takes to read, so only these are drawn. All others are copies with another comment. */
const NUM_DRAWN = 200;

/** @param file the path of the zip to write */
export async function makePictures(
  file: string,
  { count, numClasses, seed }: { count: number; numClasses: number; seed: number },
): Promise<void> {
  const random = randomStream(seed, "bench.pictures");
  const out = createWriteStream(file);
  const zip = new Zip((error, bytes) => {
    if (error !== null) out.destroy(error);
    else out.write(bytes);
  });
  const drawn = Array.from({ length: Math.min(count, NUM_DRAWN) }, () => pictureOf(random));
  for (let index = 0; index < count; index += 1) {
    const entry = new ZipPassThrough(`class${index % numClasses}/${index}.jpg`);
    zip.add(entry);
    entry.push(withComment(`picture ${index}`, drawn[index % drawn.length]), true);
    if (out.writableNeedDrain) await once(out, "drain");
  }
  zip.end();
  out.end();
  await finished(out);
}

/** Draws a gradient between two colours with some noise, which takes about 3 kB. */
function pictureOf(random: RandomStream): Uint8Array<ArrayBuffer> {
  const from = [random.nextInteger(256), random.nextInteger(256), random.nextInteger(256)];
  const to = [random.nextInteger(256), random.nextInteger(256), random.nextInteger(256)];
  const data = new Uint8Array(SIDE * SIDE * 4);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const share = ((pixel % SIDE) + Math.floor(pixel / SIDE)) / (2 * SIDE);
    const noise = random.nextInteger(24);
    for (let channel = 0; channel < 3; channel += 1) {
      const [first = 0, last = 0] = [from[channel], to[channel]];
      data[pixel * 4 + channel] = Math.min(255, first + share * (last - first) + noise);
    }
  }
  return Uint8Array.from(jpeg.encode({ width: SIDE, height: SIDE, data }, QUALITY).data);
}

/** Adds a comment after the two bytes that begin a JPEG. */
function withComment(text: string, picture = new Uint8Array()): Uint8Array {
  const comment = new TextEncoder().encode(text);
  const start = [0xff, 0xd8, 0xff, 0xfe, 0, 2 + comment.length];
  return Uint8Array.from([...start, ...comment, ...picture.subarray(2)]);
}
