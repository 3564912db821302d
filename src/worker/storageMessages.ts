/** The messages between the training worker and the storage worker. */
import type { PackedHeader } from "../checkpoint/packedFile.ts";

export type StorageOrder =
  | { readonly type: "create"; readonly runId: string; readonly name: string }
  | { readonly type: "append"; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly type: "finish"; readonly header: PackedHeader }
  | { readonly type: "abandon" };

/** The number ties the reply to the request. */
export type StorageRequest = StorageOrder & { readonly number: number };
export type StorageReply =
  | { readonly number: number; readonly bytes: number }
  | { readonly number: number; readonly error: unknown };
