/**
 * The network diagram: blocks sized by their share of the multiplications, with convolutions, shortcuts and flows. It includes
 * the buttons over the blocks. The caller decides what a chosen block opens.
 */
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { formatCount, formatLarge, formatPercent } from "../core/units.ts";
import type { BlockSummary } from "./blocks.ts";
import { DiagramBlock } from "./DiagramBlock.tsx";
import { layoutBlocks, numSheets, SCROLLED_WIDTH, SHEET_OFFSET } from "./layout.ts";
import { BLOCK_HEIGHT, BLOCK_TOP, PICTURE_HEIGHT } from "./measures.ts";
import "./diagram.css";

export interface NetworkDiagramProps {
  readonly blocks: readonly BlockSummary[];
  /** Id of the block whose details are shown. */
  readonly selected?: string | undefined;
  /** Called when a block was clicked, tapped or activated by keyboard; choosing the same block again closes it. */
  readonly onSelect: (blockId: string) => void;
  /** The colour of the network's convolutions, which depends on their kind. */
  readonly accent: "separable" | "ordinary";
}

export function NetworkDiagram({ blocks, selected, onSelect, accent }: NetworkDiagramProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width: available, moreLeft, moreRight, look } = useFrame(frame);
  const words = useId();
  const layout = layoutBlocks(blocks, available);

  return (
    <figure
      className="network-diagram"
      data-accent={accent}
      aria-label="Network"
      aria-describedby={words}
    >
      <div
        ref={frame}
        className="network-frame"
        data-more-left={moreLeft}
        data-more-right={moreRight}
        onScroll={look}
      >
        <div className="network-picture" style={{ width: layout.width, height: PICTURE_HEIGHT }}>
          <svg width={layout.width} height={PICTURE_HEIGHT} aria-hidden="true">
            {layout.brackets.map(({ flow, left, right }) => (
              <g key={flow} className="network-flow">
                <text x={(left + right) / 2} y={13} textAnchor="middle">
                  {flow}
                </text>
                <path d={`M${left + 0.5} 25 v-4.5 H${right - 0.5} v4.5`} />
              </g>
            ))}
            {blocks.map((block, index) => {
              const box = layout.boxes[index];
              const next = layout.boxes[index + 1];
              if (box === undefined) return null;
              return (
                <DiagramBlock
                  key={block.id}
                  block={block}
                  box={box}
                  arrowTo={next?.x}
                  selected={block.id === selected}
                />
              );
            })}
          </svg>
          {blocks.map((block, index) => {
            const box = layout.boxes[index];
            const sheets = numSheets(block) * SHEET_OFFSET;
            return (
              <button
                key={block.id}
                type="button"
                aria-pressed={block.id === selected}
                aria-label={speak(block)}
                style={{
                  left: box?.x,
                  top: BLOCK_TOP - sheets,
                  width: (box?.width ?? 0) + sheets,
                  height: BLOCK_HEIGHT + sheets,
                }}
                onClick={() => onSelect(block.id)}
                onKeyDown={moveFocus}
              />
            );
          })}
        </div>
      </div>
      <figcaption id={words} className="network-words">
        {describe(blocks)}
      </figcaption>
    </figure>
  );
}

/** Returns the frame's width, and whether the picture can be scrolled to either side. */
function useFrame(frame: RefObject<HTMLDivElement | null>) {
  const [state, setState] = useState({ width: SCROLLED_WIDTH, moreLeft: false, moreRight: false });
  const look = useCallback(() => {
    const element = frame.current;
    if (element === null || element.clientWidth === 0) return;
    const { clientWidth: width, scrollLeft, scrollWidth } = element;
    const moreLeft = scrollLeft > 4;
    const moreRight = scrollLeft + width < scrollWidth - 4;
    setState((before) =>
      before.width === width && before.moreLeft === moreLeft && before.moreRight === moreRight
        ? before
        : { width, moreLeft, moreRight },
    );
  }, [frame]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // The picture inside changes its size with the network.
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [frame, look]);
  return { ...state, look };
}

/** The left and right arrow keys move between blocks in the network's order; Tab does too. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const { currentTarget: button, key } = event;
  const target =
    key === "ArrowRight"
      ? button.nextElementSibling
      : key === "ArrowLeft"
        ? button.previousElementSibling
        : null;
  if (!(target instanceof HTMLButtonElement)) return;
  event.preventDefault();
  target.focus();
}

/** Writes a block's accessible name: `Block 4, 2 by 2 by 184, 22 % of the multiplications, 12,345 parameters` */
function speak(block: BlockSummary): string {
  return [
    block.spokenTitle,
    block.shape.join(" by "),
    `${formatPercent(block.share, 0)} of the multiplications`,
    `${formatCount(block.params)} parameters`,
    ...(block.hasResidual ? ["with a shortcut"] : []),
    ...(block.isFrozen ? ["frozen"] : []),
  ].join(", ");
}

function describe(blocks: readonly BlockSummary[]): string {
  const macs = blocks.reduce((sum, block) => sum + block.macs, 0);
  const parts = blocks.map(
    ({ spokenTitle, shape, share }) =>
      `${spokenTitle}: ${shape.join(" by ")}, ${formatPercent(share, 0)}`,
  );
  return `${formatLarge(macs)} multiplications an image, shared out over the blocks in their order. ${parts.join("; ")}.`;
}
