/** One block of the network diagram in SVG: its sheets, text, convolutions, shortcut and arrow. */
import { formatPercent } from "../core/units.ts";
import type { BlockSummary } from "./blocks.ts";
import { type BlockBox, numSheets, SHEET_OFFSET, writeShape } from "./layout.ts";
import { BLOCK_HEIGHT, BLOCK_TOP } from "./measures.ts";

export interface DiagramBlockProps {
  readonly block: BlockSummary;
  readonly box: BlockBox;
  /** The x position where the next block begins. */
  readonly arrowTo: number | undefined;
  readonly selected: boolean;
}

const RADIUS = 7;
const ARC_HEIGHT = 40;
const BARS_TOP = BLOCK_TOP + 45;
const BARS_HEIGHT = 14;

export function DiagramBlock({ block, box, arrowTo, selected }: DiagramBlockProps) {
  const { x, width } = box;
  const middle = x + width / 2;
  const sheets = numSheets(block);
  const arrowFrom = x + width + sheets * SHEET_OFFSET;
  const arrowY = BLOCK_TOP + BLOCK_HEIGHT / 2;
  return (
    <g className="network-block" data-selected={selected} data-frozen={block.isFrozen || undefined}>
      {Array.from({ length: sheets }, (_, index) => (sheets - index) * SHEET_OFFSET).map(
        (offset) => (
          <rect
            key={offset}
            className="network-sheet"
            x={x + offset}
            y={BLOCK_TOP - offset}
            width={width}
            height={BLOCK_HEIGHT}
            rx={RADIUS}
          />
        ),
      )}
      <rect
        className="network-body"
        x={x + 0.5}
        y={BLOCK_TOP + 0.5}
        width={width - 1}
        height={BLOCK_HEIGHT - 1}
        rx={RADIUS}
      />
      {block.hasResidual && <path className="network-shortcut" d={arc(x, width, sheets)} />}
      {arrowTo !== undefined && (
        <path
          className="network-arrow"
          d={`M${arrowFrom + 1} ${arrowY} H${arrowTo - 2} m-3 -3 l3 3 l-3 3`}
        />
      )}
      <text className="network-title" x={middle} y={BLOCK_TOP + 20} textAnchor="middle">
        {block.title}
      </text>
      <text x={middle} y={BLOCK_TOP + 36} textAnchor="middle">
        {writeShape(block.shape)}
      </text>
      {barsOf(block, box).map((bar) => (
        <rect
          key={bar.name}
          className={bar.shortcut ? "network-bar network-bar-shortcut" : "network-bar"}
          x={bar.x}
          y={BARS_TOP}
          width={bar.width}
          height={BARS_HEIGHT}
          rx={2}
        />
      ))}
      <text x={middle} y={BLOCK_TOP + 77} textAnchor="middle">
        {writeShare(block.share)}
      </text>
    </g>
  );
}

function writeShare(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  return formatPercent(share, share < 0.005 ? 1 : 0);
}

/** Returns bars for the convolutions, side by side, each as wide as its share of the block's multiplications. */
function barsOf({ convolutions }: BlockSummary, { x, width }: BlockBox) {
  const inset = 7;
  const gap = 2;
  const least = 3;
  const total = convolutions.reduce((sum, { macs }) => sum + macs, 0);
  const room = width - 2 * inset - gap * (convolutions.length - 1) - least * convolutions.length;
  let left = x + inset;
  return convolutions.map(({ name, macs, shortcut }) => {
    const bar = { name, shortcut, x: left, width: least + (total === 0 ? 0 : macs / total) * room };
    left += bar.width + gap;
    return bar;
  });
}

/** Returns the path of the shortcut, which leaves before the block, passes over its sheets and returns behind it. */
function arc(x: number, width: number, sheets: number): string {
  const start = x + 7;
  const end = x + width - 7;
  const top = BLOCK_TOP - ARC_HEIGHT - sheets;
  const landing = BLOCK_TOP - 1;
  return `M${start} ${landing} C${start} ${top} ${end} ${top} ${end} ${landing - 1} m-3.5 -4 l3.5 4.5 l3.5 -4.5`;
}
