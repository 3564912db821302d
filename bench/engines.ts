/** The engines that are measured side by side, each with the part of a link that selects it. */
export const ENGINES: Readonly<Record<string, string>> = {
  "CPU compiled": "engine=wasm",
  "TensorFlow.js webgpu": "engine=tfjs&tfjsBackend=webgpu",
  "TensorFlow.js webgl": "engine=tfjs&tfjsBackend=webgl",
  "TensorFlow.js cpu": "engine=tfjs&tfjsBackend=cpu",
};
