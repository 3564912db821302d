/** The test images behind a chosen cell of the confusion matrix. */
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { formatCount } from "../../core/units.ts";
import { shownDataSet } from "../../store/store.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { PixelImage } from "../widgets/PixelImage.tsx";

export function CellImages() {
  const actions = useActions();
  const cell = usePlayground(({ evaluation }) => evaluation.cell);
  const dataSet = usePlayground(shownDataSet);
  if (cell === null || dataSet === null) return null;
  const { trueClass, predictedClass, numImages, indices, images } = cell;
  const { classes, height, width, channels } = dataSet;
  const truth = classes[trueClass] ?? `class ${trueClass}`;
  const title =
    trueClass === predictedClass
      ? `${truth}, recognised`
      : `${truth}, taken for ${classes[predictedClass] ?? predictedClass}`;
  const size = height * width * channels;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && actions.closeCell()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">{title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={18} aria-hidden />
            </Dialog.Close>
          </div>
          <Dialog.Description className="dialog-text">
            {numImages === 0
              ? "No test image falls into this cell."
              : `${formatCount(numImages)} test ${numImages === 1 ? "image" : "images"}${numImages > indices.length ? `; the first ${indices.length} of them` : ""}`}
          </Dialog.Description>
          <ul className="cell-images" aria-label={title}>
            {indices.map((index, position) => (
              <li key={index}>
                {images === null ? (
                  <span className="gray-image tile-empty" />
                ) : (
                  <PixelImage
                    pixels={images.pixels.subarray(position * size, (position + 1) * size)}
                    height={height}
                    width={width}
                    channels={channels}
                  />
                )}
                <span className="cell-index">{formatCount(index)}</span>
              </li>
            ))}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
