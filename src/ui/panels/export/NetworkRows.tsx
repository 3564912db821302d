/** The kinds of files that are made from a network's weights. */
import type { WeightsChoice } from "../../../store/files/exports.ts";
import type { PlaygroundActions } from "../../../store/store.ts";
import { ExportRow } from "./ExportRow.tsx";

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
      <ExportRow
        title="TensorFlow.js model"
        words="A zip with model.json and weights.bin; unpacked, tf.loadLayersModel reads them."
        hindrance={model}
        make={() => requestFile("layers-model", weights)}
        file={{ recipe, weights, ending: "-tfjs.zip", type: "application/zip" }}
      />
      <ExportRow
        title="ONNX model"
        words="For onnxruntime, Netron and most other programs. Images go in as [N, H, W, C]; how to prepare them stands in the file."
        hindrance={model}
        make={() => requestFile("onnx", weights)}
        file={{ recipe, weights, ending: ".onnx", type: "application/octet-stream" }}
      />
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
