/** Passes errors of drawings, which are thrown outside of React, to the boundary around the component. */
import { useState } from "react";

export function useThrow(): (thrown: unknown) => void {
  const [, setState] = useState(null);
  // Throws during rendering, where a boundary can catch it. The returned function is stable.
  const [throwLater] = useState(() => (thrown: unknown) => {
    setState(() => {
      throw thrown;
    });
  });
  return throwLater;
}
