/** The messages between the training worker and the storage worker. */
import type { AppendedPiece, PackedHeader } from "../checkpoint/packedFile.ts";

export type StorageOrder =
  | { readonly type: "create"; readonly runId: string; readonly name: string }
  | { readonly type: "append"; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly type: "finish"; readonly header: PackedHeader }
  | { readonly type: "abandon" };

/** The number ties the reply to the request. */
export type StorageRequest = StorageOrder & { readonly number: number };

/** The piece that was appended, the size of the file that was finished, and nothing for other orders. */
export type StorageAnswer = AppendedPiece | number | undefined;

export type StorageReply =
  | { readonly number: number; readonly answer: StorageAnswer }
  | { readonly number: number; readonly error: unknown };
