/** The kernels by number: their place in `KERNEL_NAMES` of `kernelModule.ts`, which is in the same order. */
import { accumulateMetrics } from "./accumulateMetrics";
import { elu, eluGradient, reluGradient } from "./activation";
import { adadelta } from "./adadelta";
import { adam } from "./adam";
import { addTerms } from "./add";
import { averagePool, averagePoolGradient } from "./averagePool";
import { batchStatistics, mergeStatistics } from "./batchStatistics";
import { sumColumns } from "./biasGradient";
import { clipFactor, sumSquares } from "./clipFactor";
import { normalizationCoefficients, normalizationGradientCoefficients } from "./coefficients";
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./conv2d";
import {
  clippedCrossEntropy,
  clippedCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from "./crossEntropy";
import { dense, denseGradients, denseInputGradient, denseKernelGradient } from "./dense";
import { depthwise3x3, depthwise3x3Gradients } from "./depthwise3x3";
import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
} from "./depthwiseConv2d";
import { dropout } from "./dropout";
import { globalAveragePool, globalAveragePoolGradient } from "./globalAveragePool";
import { maxPool, maxPoolGradient } from "./maxPool";
import { movingAverage } from "./movingAverage";
import { mergeNormalizationSums, normalizationSums } from "./normalizationSums";
import { packWeights } from "./packWeights";
import { prepareImages } from "./prepareImages";
import { rmsprop } from "./rmsprop";
import { sgd } from "./sgd";
import { softmax, softmaxGradient } from "./softmax";
import { storeRows } from "./storeRows";
import { sumParts } from "./sumParts";
import { cutLines, padLines } from "./zeroPad2d";

export function dispatch(kernel: i32, record: usize, chunk: i32, scratch: usize): void {
  switch (kernel) {
    case 0:
      accumulateMetrics(record, chunk, scratch);
      break;
    case 1:
      adadelta(record, chunk, scratch);
      break;
    case 2:
      adam(record, chunk, scratch);
      break;
    case 3:
      addTerms(record, chunk, scratch);
      break;
    case 4:
      averagePool(record, chunk, scratch);
      break;
    case 5:
      averagePoolGradient(record, chunk, scratch);
      break;
    case 6:
      batchStatistics(record, chunk, scratch);
      break;
    case 7:
      clipFactor(record, chunk, scratch);
      break;
    case 8:
      clippedCrossEntropy(record, chunk, scratch);
      break;
    case 9:
      clippedCrossEntropyGradient(record, chunk, scratch);
      break;
    case 10:
      conv2d(record, chunk, scratch);
      break;
    case 11:
      conv2dFilterGradient(record, chunk, scratch);
      break;
    case 12:
      conv2dInputGradient(record, chunk, scratch);
      break;
    case 13:
      cutLines(record, chunk, scratch);
      break;
    case 14:
      dense(record, chunk, scratch);
      break;
    case 15:
      denseGradients(record, chunk, scratch);
      break;
    case 16:
      denseInputGradient(record, chunk, scratch);
      break;
    case 17:
      denseKernelGradient(record, chunk, scratch);
      break;
    case 18:
      depthwise3x3(record, chunk, scratch);
      break;
    case 19:
      depthwise3x3Gradients(record, chunk, scratch);
      break;
    case 20:
      depthwiseConv2d(record, chunk, scratch);
      break;
    case 21:
      depthwiseConv2dFilterGradient(record, chunk, scratch);
      break;
    case 22:
      depthwiseConv2dInputGradient(record, chunk, scratch);
      break;
    case 23:
      dropout(record, chunk, scratch);
      break;
    case 24:
      elu(record, chunk, scratch);
      break;
    case 25:
      eluGradient(record, chunk, scratch);
      break;
    case 26:
      globalAveragePool(record, chunk, scratch);
      break;
    case 27:
      globalAveragePoolGradient(record, chunk, scratch);
      break;
    case 28:
      maxPool(record, chunk, scratch);
      break;
    case 29:
      maxPoolGradient(record, chunk, scratch);
      break;
    case 30:
      mergeNormalizationSums(record, chunk, scratch);
      break;
    case 31:
      mergeStatistics(record, chunk, scratch);
      break;
    case 32:
      movingAverage(record, chunk, scratch);
      break;
    case 33:
      normalizationCoefficients(record, chunk, scratch);
      break;
    case 34:
      normalizationGradientCoefficients(record, chunk, scratch);
      break;
    case 35:
      normalizationSums(record, chunk, scratch);
      break;
    case 36:
      packWeights(record, chunk, scratch);
      break;
    case 37:
      padLines(record, chunk, scratch);
      break;
    case 38:
      prepareImages(record, chunk, scratch);
      break;
    case 39:
      reluGradient(record, chunk, scratch);
      break;
    case 40:
      rmsprop(record, chunk, scratch);
      break;
    case 41:
      sgd(record, chunk, scratch);
      break;
    case 42:
      softmax(record, chunk, scratch);
      break;
    case 43:
      softmaxCrossEntropy(record, chunk, scratch);
      break;
    case 44:
      softmaxCrossEntropyGradient(record, chunk, scratch);
      break;
    case 45:
      softmaxGradient(record, chunk, scratch);
      break;
    case 46:
      storeRows(record, chunk, scratch);
      break;
    case 47:
      sumColumns(record, chunk, scratch);
      break;
    case 48:
      sumParts(record, chunk, scratch);
      break;
    case 49:
      sumSquares(record, chunk, scratch);
      break;
    default:
      unreachable();
  }
}
