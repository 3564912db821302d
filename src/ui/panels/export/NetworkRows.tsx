/** The kinds of files that are made from a network's weights. */
import type { WeightsChoice } from "../../../store/files/exports.ts";
import type { PlaygroundActions } from "../../../store/store.ts";
import { ExportRow } from "./ExportRow.tsx";

const MODELS = [
  {
    content: "standalone",
    title: "Stand-alone page",
    words:
      "One HTML file that classifies pictures by itself: drawn, dropped, pasted or by camera, with no connection.",
    ending: ".html",
    type: "text/html",
  },
  {
    content: "keras",
    title: "Keras model",
    words:
      "A .keras file, for keras.saving.load_model of Keras 3. Training goes on there with the optimiser's state.",
    ending: ".keras",
    type: "application/zip",
  },
  {
    content: "keras-hdf5",
    title: "Keras HDF5 model",
    words: "A .h5 file, which Keras 2 and 3 load. Training goes on there with a fresh optimiser.",
    ending: ".h5",
    type: "application/x-hdf5",
  },
  {
    content: "keras-weights",
    title: "Keras weights",
    words: "A .weights.h5 file, for load_weights of a model with the same layers in Keras 3.",
    ending: ".weights.h5",
    type: "application/x-hdf5",
  },
  {
    content: "keras-program",
    title: "Python program, Keras",
    words:
      "A zip with train.py for Keras 3, the same as a notebook, the weights and the optimiser's state: trains on outside of the page.",
    ending: "-keras-program.zip",
    type: "application/zip",
  },
  {
    content: "pytorch-program",
    title: "Python program, PyTorch",
    words:
      "A zip with train.py for PyTorch, the same as a notebook, the weights and the optimiser's state; torchrun spreads it over several processes.",
    ending: "-pytorch-program.zip",
    type: "application/zip",
  },
  {
    content: "layers-model",
    title: "TensorFlow.js model",
    words: "A zip with model.json and weights.bin; unpacked, tf.loadLayersModel reads them.",
    ending: "-tfjs.zip",
    type: "application/zip",
  },
  {
    content: "onnx",
    title: "ONNX model",
    words:
      "For onnxruntime, Netron and most other programs. Images go in as [N, H, W, C]; how to prepare them stands in the file.",
    ending: ".onnx",
    type: "application/octet-stream",
  },
] as const;

export function NetworkRows(props: {
  /** The recipe's id, which is part of the name of the file. */
  readonly recipe: string;
  readonly weights: WeightsChoice;
  /** Why there is no model, and why there are no predictions; `null` when there are. */
  readonly model: string | null;
  readonly predictions: string | null;
  readonly requestFile: PlaygroundActions["requestFile"];
}) {
  const { recipe, weights, model, predictions, requestFile } = props;
  return (
    <>
      {MODELS.map(({ content, title, words, ending, type }) => (
        <ExportRow
          key={content}
          title={title}
          words={words}
          hindrance={model}
          make={() => requestFile(content, weights)}
          file={{ recipe, weights, ending, type }}
        />
      ))}
      <ExportRow
        title="Predictions"
        words="A table of all test images, by the newest weights: true class, predicted class, and the output for each class."
        hindrance={predictions}
        make={() => requestFile("predictions", "last")}
        file={{ recipe, weights: "last", ending: "-predictions.csv", type: "text/csv" }}
      />
    </>
  );
}
