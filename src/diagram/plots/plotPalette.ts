/** The colours of plots: variables of the page, or the page's light colours for files, which are printed on white. */

export interface PlotPalette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly card: string;
  /** Cells that are right, and cells that are confused. */
  readonly right: string;
  readonly confused: string;
  readonly series: readonly string[];
}

/** Differ in lightness as well as in hue. Lines beyond these repeat the colours with dashes. */
const HUES = 6;

export const PAGE_PALETTE: PlotPalette = {
  ink: "var(--ink)",
  soft: "var(--soft)",
  line: "var(--line)",
  card: "var(--card)",
  right: "var(--sep)",
  confused: "var(--ord)",
  series: Array.from({ length: HUES }, (_, index) => `var(--run-${index + 1})`),
};

export const FILE_PALETTE: PlotPalette = {
  ink: "#14181f",
  soft: "#525b69",
  line: "#dfe3e8",
  card: "#ffffff",
  right: "#0072b2",
  confused: "#d55e00",
  series: ["#0072b2", "#d55e00", "#007a5a", "#a1458b", "#8a6d00", "#525b69"],
};

const DASHES = ["", "6 3", "2 2"] as const;

export interface SeriesStyle {
  readonly color: string;
  /** Lengths of dashes and gaps; empty for a solid line. */
  readonly dash: string;
}

/** Returns the style of the curve with this number. The first 18 differ. */
export function seriesStyle(palette: PlotPalette, index: number): SeriesStyle {
  return {
    color: palette.series[index % HUES] ?? palette.ink,
    dash: DASHES[Math.floor(index / HUES) % DASHES.length] ?? "",
  };
}
