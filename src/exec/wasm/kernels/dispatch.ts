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
import { conv2dRuns, conv2dRunsFilterGradient } from "./conv2dRuns";
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
import { samplePixels, spreadPixels } from "./samplePixels";
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
      conv2dRuns(record, chunk, scratch);
      break;
    case 14:
      conv2dRunsFilterGradient(record, chunk, scratch);
      break;
    case 15:
      cutLines(record, chunk, scratch);
      break;
    case 16:
      dense(record, chunk, scratch);
      break;
    case 17:
      denseGradients(record, chunk, scratch);
      break;
    case 18:
      denseInputGradient(record, chunk, scratch);
      break;
    case 19:
      denseKernelGradient(record, chunk, scratch);
      break;
    case 20:
      depthwise3x3(record, chunk, scratch);
      break;
    case 21:
      depthwise3x3Gradients(record, chunk, scratch);
      break;
    case 22:
      depthwiseConv2d(record, chunk, scratch);
      break;
    case 23:
      depthwiseConv2dFilterGradient(record, chunk, scratch);
      break;
    case 24:
      depthwiseConv2dInputGradient(record, chunk, scratch);
      break;
    case 25:
      dropout(record, chunk, scratch);
      break;
    case 26:
      elu(record, chunk, scratch);
      break;
    case 27:
      eluGradient(record, chunk, scratch);
      break;
    case 28:
      globalAveragePool(record, chunk, scratch);
      break;
    case 29:
      globalAveragePoolGradient(record, chunk, scratch);
      break;
    case 30:
      maxPool(record, chunk, scratch);
      break;
    case 31:
      maxPoolGradient(record, chunk, scratch);
      break;
    case 32:
      mergeNormalizationSums(record, chunk, scratch);
      break;
    case 33:
      mergeStatistics(record, chunk, scratch);
      break;
    case 34:
      movingAverage(record, chunk, scratch);
      break;
    case 35:
      normalizationCoefficients(record, chunk, scratch);
      break;
    case 36:
      normalizationGradientCoefficients(record, chunk, scratch);
      break;
    case 37:
      normalizationSums(record, chunk, scratch);
      break;
    case 38:
      packWeights(record, chunk, scratch);
      break;
    case 39:
      padLines(record, chunk, scratch);
      break;
    case 40:
      prepareImages(record, chunk, scratch);
      break;
    case 41:
      reluGradient(record, chunk, scratch);
      break;
    case 42:
      rmsprop(record, chunk, scratch);
      break;
    case 43:
      samplePixels(record, chunk, scratch);
      break;
    case 44:
      sgd(record, chunk, scratch);
      break;
    case 45:
      softmax(record, chunk, scratch);
      break;
    case 46:
      softmaxCrossEntropy(record, chunk, scratch);
      break;
    case 47:
      softmaxCrossEntropyGradient(record, chunk, scratch);
      break;
    case 48:
      softmaxGradient(record, chunk, scratch);
      break;
    case 49:
      spreadPixels(record, chunk, scratch);
      break;
    case 50:
      storeRows(record, chunk, scratch);
      break;
    case 51:
      sumColumns(record, chunk, scratch);
      break;
    case 52:
      sumParts(record, chunk, scratch);
      break;
    case 53:
      sumSquares(record, chunk, scratch);
      break;
    default:
      unreachable();
  }
}
