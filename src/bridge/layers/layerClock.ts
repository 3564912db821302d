/**
 * State of the run that some layers need at each call and that Keras' call arguments do not carry. All layers of a model share
 * one clock, and the trainer of the model sets it.
 */
export interface LayerClock {
  /**
   * The number of steps done. Together with seed and layer name it determines a dropout mask, so a resumed run draws the same
   * masks.
   */
  step: number;
  /** False when gradients are computed without training: moving statistics then stay unchanged. */
  updateStatistics: boolean;
}

export function createLayerClock(): LayerClock {
  return { step: 0, updateStatistics: true };
}
