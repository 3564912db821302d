/** Errors of drawings, which come outside of React, given to the boundary around the component. */
import { useState } from "react";

export function useThrow(): (thrown: unknown) => void {
  const [, setState] = useState(null);
  // Thrown while React renders, where a boundary can catch it. The function stays the same.
  const [throwLater] = useState(() => (thrown: unknown) => {
    setState(() => {
      throw thrown;
    });
  });
  return throwLater;
}
