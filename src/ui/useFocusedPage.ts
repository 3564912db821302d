/** Calls back at first and whenever the window gets the focus, because another tab may have changed what is stored. */
import { useEffect } from "react";

/** @param refresh is stable, or it is called again whenever it changes */
export function useFocusedPage(refresh: () => Promise<void>): void {
  useEffect(() => {
    const begin = () => void refresh();
    begin();
    window.addEventListener("focus", begin);
    return () => window.removeEventListener("focus", begin);
  }, [refresh]);
}
