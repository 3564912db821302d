/** The kernels by number: their place in `KERNEL_NAMES` of `kernelModule.ts`, which is in the same order. */
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./conv2d";
import { dense, denseKernelGradient } from "./dense";
import { packWeights } from "./packWeights";
import { prepareImages } from "./prepareImages";
import { sumParts } from "./sumParts";

export function dispatch(kernel: i32, record: usize, chunk: i32, scratch: usize): void {
  switch (kernel) {
    case 13:
      return conv2d(record, chunk, scratch);
    case 14:
      return conv2dFilterGradient(record, chunk, scratch);
    case 15:
      return conv2dInputGradient(record, chunk, scratch);
    case 16:
      return dense(record, chunk, scratch);
    case 17:
      return denseKernelGradient(record, chunk, scratch);
    case 31:
      return packWeights(record, chunk, scratch);
    case 32:
      return prepareImages(record, chunk, scratch);
    case 41:
      return sumParts(record, chunk, scratch);
    default:
      unreachable();
  }
}
