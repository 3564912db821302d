/**
 * The colours and the typeface of charts. They are the page's CSS variables, resolved to values, because Vega paints on a
 * canvas and does not know CSS variables. It is independent of the kind of chart.
 */

export type ChartTheme = "light" | "dark";

export interface ChartPalette {
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly line: string;
  /** For separable convolutions and for training. */
  readonly separable: string;
  /** For ordinary convolutions and for validation. */
  readonly ordinary: string;
  /** For a curve of neither kind or a second one of a kind, and for one more. */
  readonly third: string;
  readonly fourth: string;
  /** Text on an area filled with one of the two. */
  readonly onFill: string;
  readonly fontFamily: string;
}

/** The design's own values, for variables that the page does not set. */
const FALLBACKS: Readonly<Record<ChartTheme, Omit<ChartPalette, "fontFamily">>> = {
  light: {
    card: "#ffffff",
    ink: "#14181f",
    soft: "#5b6472",
    faint: "#8a93a1",
    line: "#dfe3e8",
    separable: "#0072b2",
    ordinary: "#d55e00",
    third: "#007a5a",
    fourth: "#525b69",
    onFill: "#ffffff",
  },
  dark: {
    card: "#171b21",
    ink: "#e8ecf1",
    soft: "#a3adba",
    faint: "#737e8c",
    line: "#2a313a",
    separable: "#56b4e9",
    ordinary: "#ff9a4d",
    third: "#34c79b",
    fourth: "#a9b3bf",
    onFill: "#08131c",
  },
};

/** Returns the current palette of `element`, read from its computed style. */
export function chartPalette(element: HTMLElement, theme: ChartTheme): ChartPalette {
  const style = getComputedStyle(element);
  const fallback = FALLBACKS[theme];
  const read = (variable: string, otherwise: string): string => {
    const value = style.getPropertyValue(variable).trim() || otherwise;
    return value.startsWith("#") ? value : digitsOf(value, element);
  };
  return {
    card: read("--card", fallback.card),
    ink: read("--ink", fallback.ink),
    soft: read("--soft", fallback.soft),
    faint: read("--faint", fallback.faint),
    line: read("--line", fallback.line),
    separable: read("--sep", fallback.separable),
    ordinary: read("--ord", fallback.ordinary),
    third: read("--ok", fallback.third),
    fourth: read("--soft", fallback.fourth),
    onFill: read("--on-accent", fallback.onFill),
    fontFamily: style.fontFamily,
  };
}

/**
 * Converts a named colour, such as the system's colours in forced-colours mode, to `#rrggbb`, because shades are computed from
 * it.
 */
function digitsOf(color: string, element: HTMLElement): string {
  const probe = document.createElement("i");
  probe.style.cssText = `forced-color-adjust: none; color: ${color}`;
  element.append(probe);
  const channels = getComputedStyle(probe).color.match(/\d+/g) ?? [];
  probe.remove();
  return `#${channels
    .slice(0, 3)
    .map((channel) => Number(channel).toString(16).padStart(2, "0"))
    .join("")}`;
}
