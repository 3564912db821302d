/** Measures the width that a plot has, in whole pixels. */
import { type RefCallback, useCallback, useState } from "react";

const FIRST_WIDTH = 640;
const LEAST_WIDTH = 220;

/** @returns the width, and a ref for the element. */
export function usePlotWidth(): readonly [number, RefCallback<HTMLDivElement>] {
  const [width, setWidth] = useState(FIRST_WIDTH);
  const place = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(() =>
      setWidth(Math.max(LEAST_WIDTH, Math.floor(element.clientWidth))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, place];
}
