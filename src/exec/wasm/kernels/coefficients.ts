/**
 * The coefficients of operands that are computed while they are loaded; `shared/operand.ts` says how they are used.
 */
import {
  NormalizationCoefficientsCall,
  NormalizationGradientCoefficientsCall,
} from "./generated/calls";

/** Writes the rows `mean scale shift` of a normalisation. */
export function normalizationCoefficients(
  call: NormalizationCoefficientsCall,
  _chunk: i32,
  _scratch: usize,
): void {
  const bytes = (<usize>call.channels) << 2;
  const mean = call.mean;
  const variance = call.variance;
  const gamma = call.gamma;
  const beta = call.beta;
  const epsilon = call.epsilon;
  const target = call.coefficients;
  for (let at: usize = 0; at < bytes; at += 4) {
    const factor: f32 = gamma ? load<f32>(gamma + at) : 1;
    store<f32>(target + at, load<f32>(mean + at));
    const deviation = sqrt<f64>(<f64>load<f32>(variance + at) + <f64>epsilon);
    store<f32>(target + bytes + at, <f32>(<f64>factor / deviation));
    store<f32>(target + 2 * bytes + at, beta ? load<f32>(beta + at) : 0);
  }
}

/**
 * Writes the rows `mean p q r` for the gradient of a normalisation. With `s = gamma / sqrt(variance + epsilon)` it is
 * `s * (dy - sumDy / rows - xHat * sumDyXhat / rows)`.
 */
export function normalizationGradientCoefficients(
  call: NormalizationGradientCoefficientsCall,
  _chunk: i32,
  _scratch: usize,
): void {
  const bytes = (<usize>call.channels) << 2;
  const mean = call.mean;
  const variance = call.variance;
  const gamma = call.gamma;
  const sumDy = call.sumDy;
  const sumDyXhat = call.sumDyXhat;
  const epsilon = call.epsilon;
  const rows = <f32>call.rows;
  const target = call.coefficients;
  for (let at: usize = 0; at < bytes; at += 4) {
    const slope: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    const scale = gamma ? load<f32>(gamma + at) * slope : slope;
    store<f32>(target + at, load<f32>(mean + at));
    store<f32>(target + bytes + at, scale);
    store<f32>(target + 2 * bytes + at, (-scale * slope * load<f32>(sumDyXhat + at)) / rows);
    store<f32>(target + 3 * bytes + at, (-scale * load<f32>(sumDy + at)) / rows);
  }
}
