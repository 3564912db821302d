/** Dense layers and 1x1 convolutions: one matrix product over all pixels. `scratch` as `lower/matrix.ts` sizes it. */
import { addRowVector } from "./channels";
import { multiplyRows, multiplyTransposed, packPanels, packTransposed } from "./shared/gemm";

/** `y = x kernel + bias`; a bias of 0 is none. */
export function dense(
  rows: i32,
  features: i32,
  units: i32,
  x: usize,
  kernel: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  const panels = scratch + 256;
  const width = (<usize>units) << 2;
  packPanels(features, units, kernel, width, panels);
  multiplyRows(rows, features, units, x, (<usize>features) << 2, panels, y, width, scratch);
  if (bias) addRowVector(y, rows, units, bias);
}

/** `dx = dy kernel^T` */
export function denseInputGradient(
  rows: i32,
  features: i32,
  units: i32,
  dy: usize,
  kernel: usize,
  dx: usize,
  scratch: usize,
): void {
  const panels = scratch + 256;
  packTransposed(units, features, kernel, (<usize>units) << 2, panels);
  multiplyRows(
    rows,
    units,
    features,
    dy,
    (<usize>units) << 2,
    panels,
    dx,
    (<usize>features) << 2,
    scratch,
  );
}

/** `dkernel = x^T dy` */
export function denseKernelGradient(
  rows: i32,
  features: i32,
  units: i32,
  x: usize,
  dy: usize,
  dkernel: usize,
  scratch: usize,
): void {
  const strideY = (<usize>units) << 2;
  const strideX = (<usize>features) << 2;
  multiplyTransposed(
    rows,
    features,
    units,
    x,
    strideX,
    dy,
    strideY,
    dkernel,
    strideY,
    false,
    scratch,
  );
}
