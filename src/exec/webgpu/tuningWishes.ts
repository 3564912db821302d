/** The options for tuning the kernels of a device. */
import type { NamedProduct, ProductVariant } from "./kernels/productVariants.ts";

/** The fastest variant of a product, by its name. */
export interface MeasuredProduct extends NamedProduct {
  readonly variant: string;
}

/** The measurements of an adapter, by its name. */
export interface TuningMemory {
  read(adapter: string): Promise<readonly MeasuredProduct[]>;
  write(adapter: string, measured: readonly MeasuredProduct[]): Promise<void>;
}

export interface TuningWishes {
  readonly memory: TuningMemory;
  /** Milliseconds on the device. */
  readonly budgetMs?: number;
  /** The variants to choose from; default: all that the adapter runs. */
  readonly variants?: readonly ProductVariant[];
}
