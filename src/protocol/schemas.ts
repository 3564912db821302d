/** Schemas that commands and events share. */
import * as v from "valibot";
import { checkSettings } from "../settings/fields.ts";
import type { Settings } from "../settings/settings.ts";

/** Settings are checked by their own table; its message, not the schema's, is what people see. */
export const settingsSchema = v.pipe(
  v.unknown(),
  v.transform((value): Settings => checkSettings(value)),
);

export const countSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

export const errorSchema = v.object({
  code: v.string(),
  message: v.string(),
  context: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
});

/** Files that a person brought, with their folders. They are read where they lie: only handles cross the border. */
export const ownFilesSchema = v.array(
  v.object({
    path: v.string(),
    file: v.file(),
    /** Entries of an archive that are of no use. */
    without: v.optional(v.array(v.string())),
  }),
);

export const bytesSchema = v.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const uint32Schema = v.custom<Uint32Array>((value) => value instanceof Uint32Array);
export const floatsSchema = v.custom<Float32Array>((value) => value instanceof Float32Array);
/** Memory of its own: handed over, not shared. */
export const fileSchema = v.custom<Uint8Array<ArrayBuffer>>(
  (value) => value instanceof Uint8Array && value.buffer instanceof ArrayBuffer,
);
