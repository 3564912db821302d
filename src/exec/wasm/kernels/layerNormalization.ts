/** Layer normalisation of rows, which are computed in float64. One chunk is some rows. */
import {
  LayerNormalizeCall,
  LayerNormalizeInputGradientCall,
  LayerNormalizeScaleTermsCall,
} from "./generated/calls";
import { setValue, sumOf, valueAt } from "./shared/classes";

export function layerNormalize(call: LayerNormalizeCall, chunk: i32, _scratch: usize): void {
  const columns = call.rows.channels;
  const bytes = (<usize>columns) << 2;
  const gamma = call.gamma;
  const beta = call.beta;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const x = call.x + <usize>r * bytes;
    const y = call.y + <usize>r * bytes;
    const mean = sumOf(x, columns) / columns;
    const inverse = inverseOf(x, columns, mean, call.epsilon);
    for (let place = 0; place < columns; place += 1) {
      let value = (valueAt(x, place) - mean) * inverse;
      if (gamma !== 0) value *= valueAt(gamma, place);
      if (beta !== 0) value += valueAt(beta, place);
      setValue(y, place, value);
    }
  }
}

/** `dy * xHat` */
export function layerNormalizeScaleTerms(
  call: LayerNormalizeScaleTermsCall,
  chunk: i32,
  _scratch: usize,
): void {
  const columns = call.rows.channels;
  const bytes = (<usize>columns) << 2;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const offset = <usize>r * bytes;
    const x = call.x + offset;
    const mean = sumOf(x, columns) / columns;
    const inverse = inverseOf(x, columns, mean, call.epsilon);
    for (let place = 0; place < columns; place += 1) {
      const xHat = (valueAt(x, place) - mean) * inverse;
      setValue(call.terms + offset, place, valueAt(call.dy + offset, place) * xHat);
    }
  }
}

/** `dx = (g - mean(g) - xHat * mean(g * xHat)) / deviation` with `g = dy * gamma` */
export function layerNormalizeInputGradient(
  call: LayerNormalizeInputGradientCall,
  chunk: i32,
  _scratch: usize,
): void {
  const columns = call.rows.channels;
  const bytes = (<usize>columns) << 2;
  const gamma = call.gamma;
  const end = min(call.rows.count, (chunk + 1) * call.rows.perChunk);
  for (let r = chunk * call.rows.perChunk; r < end; r += 1) {
    const offset = <usize>r * bytes;
    const x = call.x + offset;
    const dy = call.dy + offset;
    const mean = sumOf(x, columns) / columns;
    const inverse = inverseOf(x, columns, mean, call.epsilon);
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let place = 0; place < columns; place += 1) {
      const slope = slopeAt(dy, gamma, place);
      sum += slope;
      product += slope * (valueAt(x, place) - mean) * inverse;
    }
    for (let place = 0; place < columns; place += 1) {
      const xHat = (valueAt(x, place) - mean) * inverse;
      const slope = slopeAt(dy, gamma, place) - (sum + xHat * product) / columns;
      setValue(call.dx + offset, place, slope * inverse);
    }
  }
}

function slopeAt(dy: usize, gamma: usize, place: i32): f64 {
  const slope = valueAt(dy, place);
  return gamma === 0 ? slope : slope * valueAt(gamma, place);
}

function inverseOf(row: usize, columns: i32, mean: f64, epsilon: f32): f64 {
  let squares: f64 = 0;
  for (let place = 0; place < columns; place += 1) {
    const distance = valueAt(row, place) - mean;
    squares += distance * distance;
  }
  return 1 / Math.sqrt(squares / columns + <f64>epsilon);
}
