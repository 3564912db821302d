/** What both forms of products share: how a product divides into tiles, and how plain columns are loaded. */
import { type ProductSize, type ProductVariant, tileOf } from "./productVariants.ts";

/** @param perPart the number of terms of a sum that one thread adds. */
export function divisionOf({ m, n, k }: ProductSize, variant: ProductVariant, perPart: number) {
  const [rows, columns] = tileOf(variant);
  const across = Math.ceil(n / columns);
  return { m, n, k, across, tiles: across * Math.ceil(m / rows), perPart };
}

/** WGSL that loads four neighbouring columns of a row of the right factor. */
export const PLAIN_COLUMNS = `struct Right { column: u32, channels: b_Channels }
fn right_origin(column: u32) -> Right { return Right(column, b_channels(column)); }
fn right_terms(k: u32) -> u32 { return k * p.n; }
fn right_four(right: Right, start: u32) -> vec4<f32> {
  return b_four(start + right.column, right.channels);
}`;
