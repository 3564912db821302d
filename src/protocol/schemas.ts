/** Schemas that commands and events share. */
import * as v from "valibot";
import type { ErrorCode, SerializedError } from "../core/errors.ts";
import type { OwnFile } from "../core/ownFile.ts";
import type { LayerGraph } from "../network/graph.ts";
import { checkSettings } from "../settings/fields.ts";
import type { Settings } from "../settings/settings.ts";
import { checkSteered, type Steered } from "../settings/steering.ts";

/** A command to the run with this id, or an event of it. */
export function ofRun<T extends string, E extends v.ObjectEntries>(type: T, entries: E) {
  return v.object({ type: v.literal(type), runId: v.string(), ...entries });
}

/** A command that asks for an answer, or the answer to it. Both carry the same id, which is unique in the page. */
export function ofRequest<T extends string, E extends v.ObjectEntries>(type: T, entries: E) {
  return v.object({ type: v.literal(type), requestId: v.string(), ...entries });
}

/** The table of fields checks settings in detail, so that people see its messages and not the schema's. */
export const settingsSchema = v.pipe(
  v.unknown(),
  v.transform((value): Settings => checkSettings(value)),
);

/** The settings that may change while a run trains. */
export const steeredSchema = v.pipe(
  v.unknown(),
  v.transform((value): Steered => checkSteered(value)),
);

export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Building the network checks its layers. */
export const graphSchema = v.custom<LayerGraph>(isRecord);

export const countSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

export const errorSchema: v.GenericSchema<unknown, SerializedError> = v.object({
  code: v.custom<ErrorCode>((code) => typeof code === "string"),
  message: v.string(),
  context: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
});

/** Files that a person brought, with their folders. Only handles cross to the worker, which reads the files in place. */
export const ownFilesSchema: v.GenericSchema<unknown, readonly OwnFile[]> = v.array(
  v.object({
    path: v.string(),
    file: v.file(),
    without: v.optional(v.array(v.string())),
    checksum: v.optional(v.string()),
  }),
);

export const bytesSchema = v.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const uint32Schema = v.custom<Uint32Array>((value) => value instanceof Uint32Array);
export const floatsSchema = v.custom<Float32Array>((value) => value instanceof Float32Array);
/** Its memory is transferred, not shared. */
export const fileSchema = v.custom<Uint8Array<ArrayBuffer>>(
  (value) => value instanceof Uint8Array && value.buffer instanceof ArrayBuffer,
);
