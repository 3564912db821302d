/**
 * What some layers must know of the run at each call and Keras' call arguments do not tell. One clock is
 * shared by all layers of a model; whoever trains the model sets it.
 */
export interface LayerClock {
  /** Steps done. With seed and layer name it decides a dropout mask, so a resumed run draws the same ones. */
  step: number;
  /** False while gradients are only looked at: moving statistics then stay as they are. */
  updateStatistics: boolean;
}

export function createLayerClock(): LayerClock {
  return { step: 0, updateStatistics: true };
}
