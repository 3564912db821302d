/**
 * Shows the architecture picture over the whole page. Blocks are folded, unfold when pressed, and the picture can be saved as
 * SVG or PNG.
 */
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../../core/errors.ts";
import { formatCount } from "../../../core/units.ts";
import { layoutArchitecture } from "../../../diagram/architecture/layout.ts";
import { PictureFile } from "../../../diagram/architecture/PictureFile.tsx";
import { architectureParts, foldableIds } from "../../../diagram/architecture/parts.ts";
import { useZoom, ZOOM_STEP } from "../../../diagram/architecture/useZoom.ts";
import { pngFile, svgFile } from "../../../diagram/pictureFile.ts";
import type { NetworkAnalysis } from "../../../network/analysis.ts";
import { networkOf } from "../../../store/settings/derived.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { useToast } from "../../widgets/Toasts.tsx";
import type { LoadedDialogProps } from "../../widgets/useLoadedDialog.tsx";
import { ArchitecturePicture } from "./ArchitecturePicture.tsx";
import { keptPlace, startPlace, wholePlace } from "./places.ts";
import "./architecture.css";

export function ArchitectureDialog({ onClose }: LoadedDialogProps) {
  const network = usePlayground(({ settings }) => networkOf(settings.values));
  return (
    <DialogFrame title="Architecture" className="architecture-dialog" onClose={onClose}>
      {network.ok ? (
        <Architecture analysis={network.analysis} />
      ) : (
        <p className="network-impossible">
          <b>There is no such network.</b> {network.message}
        </p>
      )}
    </DialogFrame>
  );
}

function Architecture({ analysis }: { readonly analysis: NetworkAnalysis }) {
  const recipe = usePlayground((state) => state.settings.recipeId);
  const title = `Architecture of ${recipe}`;
  const showToast = useToast();
  const frame = useRef<SVGSVGElement>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const layout = useMemo(
    () => layoutArchitecture(architectureParts(analysis, unfolded)),
    [analysis, unfolded],
  );
  const foldable = useMemo(() => foldableIds(analysis), [analysis]);
  const zoom = useZoom(frame, () => zoom.goTo(wholePlace(layout, frame.current)));
  const isOpen = unfolded.size > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the frame has its size
  useEffect(() => zoom.goTo(startPlace(layout, frame.current)), []);

  function show(next: ReadonlySet<string>): void {
    setUnfolded(next);
    const changed = layoutArchitecture(architectureParts(analysis, next));
    zoom.goTo(startPlace(changed, frame.current));
  }

  const picture = <PictureFile title={title} layout={layout} />;
  async function savePng(): Promise<void> {
    try {
      saveFile(`${recipe}-architecture.png`, await pngFile(picture, layout), "image/png");
    } catch (error) {
      const text = messageOf(error);
      showToast({ title: "No PNG", text: `${text} Fold the picture, or save it as SVG.` });
    }
  }

  return (
    <>
      <p className="dialog-text">
        {formatCount(analysis.layers.length)} layers with what goes in and out, height × width ×
        channels. {foldable.length > 0 && "Press a block to unfold it; "}drag and turn the wheel, or
        use the arrow keys and + - 0.
      </p>
      <div className="architecture-tools">
        {foldable.length > 0 && (
          <Button onClick={() => show(isOpen ? new Set() : new Set(foldable))}>
            {isOpen ? "Fold all" : "Unfold all"}
          </Button>
        )}
        <Button look="icon" aria-label="Zoom in" onClick={() => zoom.scaleBy(ZOOM_STEP)}>
          <ZoomIn size={17} aria-hidden />
        </Button>
        <Button look="icon" aria-label="Zoom out" onClick={() => zoom.scaleBy(1 / ZOOM_STEP)}>
          <ZoomOut size={17} aria-hidden />
        </Button>
        <Button
          look="icon"
          aria-label="Show the whole picture"
          onClick={() => zoom.goTo(wholePlace(layout, frame.current))}
        >
          <Maximize size={17} aria-hidden />
        </Button>
        <span className="architecture-legend" aria-hidden>
          <i data-kind="separable" /> separable <i data-kind="ordinary" /> ordinary
        </span>
        <Button
          onClick={() => saveFile(`${recipe}-architecture.svg`, svgFile(picture), "image/svg+xml")}
        >
          Save SVG
        </Button>
        <Button onClick={() => void savePng()}>Save PNG</Button>
      </div>
      <ArchitecturePicture
        frame={frame}
        layout={layout}
        zoom={zoom}
        onToggle={(id) => {
          const next = new Set(unfolded);
          if (!next.delete(id)) next.add(id);
          const after = layoutArchitecture(architectureParts(analysis, next));
          zoom.goTo(keptPlace(zoom.place, layout, after, id));
          setUnfolded(next);
        }}
      />
    </>
  );
}
