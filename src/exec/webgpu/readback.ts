/** Copies ranges of buffers from the device to the processor's memory with one mapping. */

// The values in the specification, because Node has no such globals.
const [MAP_READ, COPY_DST] = [0x1, 0x8];

/** A range of a buffer. Offset and length are multiples of 4. */
export interface BufferPlace {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly numBytes: number;
}

/** A reading that has been submitted. */
interface Readback {
  /** Resolves when the device has done the copies. */
  readonly mapped: Promise<void>;
  /** Copies of the bytes of each place, in the given order. */
  contents(): readonly ArrayBuffer[];
  destroy(): void;
}

/**
 * From each buffer one contiguous range is copied, because the places in it are close together.
 *
 * @param places at least one byte together.
 * @param encodeFirst encodes work that runs before the copies, in the same submit.
 */
export function submitReadback(
  device: GPUDevice,
  places: readonly BufferPlace[],
  encodeFirst: (encoder: GPUCommandEncoder) => void,
): Readback {
  const { pieces, size } = piecesOf(places);
  const staging = device.createBuffer({ label: "reading", size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  encodeFirst(encoder);
  for (const [buffer, { begin, end, stagedAt }] of pieces)
    encoder.copyBufferToBuffer(buffer, begin, staging, stagedAt, end - begin);
  device.queue.submit([encoder.finish()]);
  return {
    mapped: staging.mapAsync(MAP_READ),
    contents() {
      const mapped = staging.getMappedRange();
      return places.map(({ buffer, byteOffset, numBytes }) => {
        const { begin = 0, stagedAt = 0 } = pieces.get(buffer) ?? {};
        const at = stagedAt + byteOffset - begin;
        return mapped.slice(at, at + numBytes);
      });
    },
    destroy: () => staging.destroy(),
  };
}

/** The range of a buffer that covers all its places, and the offset to which it is copied. */
interface Piece {
  readonly begin: number;
  readonly end: number;
  readonly stagedAt: number;
}

function piecesOf(places: readonly BufferPlace[]) {
  const pieces = new Map<GPUBuffer, Piece>();
  for (const { buffer, byteOffset, numBytes } of places) {
    const { begin, end } = pieces.get(buffer) ?? { begin: byteOffset, end: byteOffset };
    pieces.set(buffer, {
      begin: Math.min(begin, byteOffset),
      end: Math.max(end, byteOffset + numBytes),
      stagedAt: 0,
    });
  }
  let size = 0;
  for (const [buffer, piece] of pieces) {
    pieces.set(buffer, { ...piece, stagedAt: size });
    size += piece.end - piece.begin;
  }
  return { pieces, size };
}
