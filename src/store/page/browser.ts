/**
 * Ties the store to the browser around it: the address, the theme, the connection, exceptions, and the question before
 * something is left that would be lost. Owns listeners only; what they mean is decided in the slices.
 */
import { network } from "../../core/network.ts";
import type { Race } from "../race/store.ts";
import { encodeLink, isForeignParameter, isTabParameter } from "../settings/link.ts";
import type { Playground } from "../store.ts";
import { wouldLose } from "./losses.ts";
import { isForeign, pageFault } from "./pageFault.ts";
import { isDark, isTheme } from "./viewState.ts";

const THEME_KEY = "xception-playground.theme";
const SHORTCUTS_KEY = "xception-playground.shortcuts";
/** Sliders change the settings dozens of times a second, and browsers limit how often an address may change. */
const ADDRESS_DELAY_MS = 300;

/**
 * Takes over the address and the stored preferences, and follows both from then on. Returns how to let go.
 * @param openedRace what stands behind the Race tab, once it has been opened.
 */
export function connectBrowser(
  { store, actions }: Playground,
  page: Window,
  openedRace: () => Race | undefined,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const dark = page.matchMedia("(prefers-color-scheme: dark)");

  actions.openLink(page.location.search);
  actions.setView({
    systemIsDark: dark.matches,
    online: page.navigator.onLine,
    ...storedPreferences(page),
  });
  applyTheme();
  // Whoever copies the address must not pass on what was hung onto it.
  const followers = new URLSearchParams(page.location.search).keys();
  if ([...followers].some(isForeignParameter)) writeAddress();

  dark.addEventListener("change", () => actions.setView({ systemIsDark: dark.matches }), {
    signal,
  });
  page.addEventListener("online", comeOnline, { signal });
  const stopListening = network.subscribe((change) => {
    if (change === "waits") actions.setView({ waits: network.waits() });
  });
  page.addEventListener("offline", () => actions.setView({ online: false }), { signal });
  page.addEventListener("popstate", () => actions.openLink(page.location.search), { signal });
  // Without an error it is the browser's own remark (a ResizeObserver's), or of a script that is not ours.
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
    const address = linkFor({ store }, page);
    if (address !== page.location.href) page.history.replaceState(page.history.state, "", address);
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

/** The whole address for the tab and the settings as they are; of other parameters, a tab's own stay in it. */
export function linkFor({ store }: Pick<Playground, "store">, page: Window): string {
  const { settings, view } = store.getState();
  const query = new URLSearchParams(encodeLink(settings.recipeId, settings.values, view.tab));
  for (const [key, text] of new URLSearchParams(page.location.search)) {
    if (isTabParameter(key)) query.append(key, text);
  }
  const search = query.size === 0 ? "" : `?${query.toString().replaceAll("%2C", ",")}`;
  // A place on the page is of letters; others put their own marks there.
  const hash = /^#[a-z-]+$/.test(page.location.hash) ? page.location.hash : "";
  return `${page.location.origin}${page.location.pathname}${search}${hash}`;
}

/** Storage may be switched off altogether; preferences are then those of this visit. */
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
    // The preference holds for this visit all the same.
  }
}
