/**
 * Connects the store to the browser: address, theme, connection, exceptions, and the confirmation before a page with unsaved
 * work is closed. It only installs listeners; the slices decide what they mean.
 */
import { network } from "../../core/network.ts";
import type { Race } from "../race/store.ts";
import type { Playground } from "../store.ts";
import { wouldLose } from "./losses.ts";
import { isForeign, pageFault } from "./pageFault.ts";
import { isDark, isTheme } from "./viewState.ts";

const THEME_KEY = "xception-playground.theme";
const SHORTCUTS_KEY = "xception-playground.shortcuts";
/** Sliders change the settings dozens of times a second, and browsers limit how often an address may change. */
const ADDRESS_DELAY_MS = 300;

/**
 * Reads the stored preferences, and keeps them and the address in sync. Returns a function that disconnects.
 * @param openedRace returns the store of the Race tab, once that has been opened.
 */
export function connectBrowser(
  playground: Playground,
  page: Window,
  openedRace: () => Race | undefined,
): () => void {
  const { store, actions } = playground;
  const listening = new AbortController();
  const { signal } = listening;
  const dark = page.matchMedia("(prefers-color-scheme: dark)");

  actions.setView({
    systemIsDark: dark.matches,
    online: page.navigator.onLine,
    ...storedPreferences(page),
  });
  applyTheme();
  dark.addEventListener("change", () => actions.setView({ systemIsDark: dark.matches }), {
    signal,
  });
  page.addEventListener("online", comeOnline, { signal });
  const stopListening = network.subscribe((change) => {
    if (change === "waits") actions.setView({ waits: network.waits() });
  });
  page.addEventListener("offline", () => actions.setView({ online: false }), { signal });
  page.addEventListener("popstate", () => void openAddress(playground, page), { signal });
  // An event without an error is a remark of the browser (about a ResizeObserver) or from a script of another origin.
  page.addEventListener("error", ({ error }) => error && tell(error), { signal });
  page.addEventListener("unhandledrejection", ({ reason }) => tell(reason), { signal });
  page.addEventListener(
    "beforeunload",
    (event) => {
      const losses = wouldLose(store.getState(), openedRace()?.store.getState());
      if (losses.length > 0) event.preventDefault();
    },
    { signal },
  );

  let addressTimer: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = store.subscribe((state, before) => {
    const changed =
      state.settings.values !== before.settings.values ||
      state.settings.recipeId !== before.settings.recipeId ||
      state.view.tab !== before.view.tab;
    if (changed) {
      clearTimeout(addressTimer);
      addressTimer = setTimeout(writeAddress, ADDRESS_DELAY_MS);
    }
    if (state.view === before.view) return;
    applyTheme();
    const { theme, shortcuts } = state.view;
    if (theme !== before.view.theme) storePreference(page, THEME_KEY, theme);
    if (shortcuts !== before.view.shortcuts)
      storePreference(page, SHORTCUTS_KEY, shortcuts ? "on" : "off");
  });

  function comeOnline(): void {
    actions.setView({ online: true });
    if (store.getState().dataSet.error !== null) actions.inspectDataSet();
  }

  function tell(thrown: unknown): void {
    if (!isForeign(thrown)) actions.setView({ fault: pageFault(thrown) });
  }

  function writeAddress(): void {
    loadAddress().then(
      (address) => address.writeAddress(store.getState(), page),
      // The address stays as it is, and the next change tries again.
      () => {},
    );
  }

  function applyTheme(): void {
    page.document.documentElement.dataset.theme = isDark(store.getState().view) ? "dark" : "light";
  }

  return () => {
    clearTimeout(addressTimer);
    unsubscribe();
    stopListening();
    listening.abort();
  };
}

/** Does what the address says. When the code for that cannot be loaded, a notice says so. */
export async function openAddress(playground: Playground, page: Window): Promise<void> {
  // The page may write its address while this loads.
  const { search } = page.location;
  try {
    (await loadAddress()).readAddress(playground, page, search);
  } catch (error) {
    playground.actions.refuseLink(error instanceof Error ? error.message : String(error));
  }
}

function loadAddress() {
  return network.untilThere("The link", () => import("./address.ts"));
}

/** Storage may be disabled. Preferences then last for this visit only. */
function storedPreferences(page: Window) {
  try {
    const theme = page.localStorage.getItem(THEME_KEY);
    const shortcuts = page.localStorage.getItem(SHORTCUTS_KEY) !== "off";
    return isTheme(theme) ? { theme, shortcuts } : { shortcuts };
  } catch {
    return {};
  }
}

function storePreference(page: Window, key: string, value: string): void {
  try {
    page.localStorage.setItem(key, value);
  } catch {
    // The preference still holds for this visit.
  }
}
