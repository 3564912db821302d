/** Composition root of the page: nothing but wiring. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createWorker } from "./client/createWorker.ts";
import { createRunClient } from "./client/runClient.ts";
import { connectBrowser, linkFor } from "./store/browser.ts";
import { isolatePage } from "./store/isolation.ts";
import { isActive } from "./store/runState.ts";
import { createPlayground } from "./store/store.ts";
import { App } from "./ui/App.tsx";
import { tolerateForeignChanges } from "./ui/foreignDom.ts";
import { PlaygroundProvider } from "./ui/PlaygroundContext.tsx";

const dataUrl = new URL("data/", document.baseURI).href;
const playground = createPlayground((onEvent) =>
  createRunClient({ createWorker, dataUrl, onEvent }),
);
connectBrowser(playground, window);
let race: ReturnType<typeof openRace> | undefined;
playground.actions.inspectDataSet();
void isolatePage(window, {
  script: new URL("isolation.js", document.baseURI).href,
  isBusy: () => isActive(playground.store.getState().run),
});

tolerateForeignChanges(Node);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <PlaygroundProvider
      playground={playground}
      currentLink={() => linkFor(playground, window)}
      loadRace={() => {
        race ??= openRace();
        return race;
      }}
    >
      <App />
    </PlaygroundProvider>
  </StrictMode>,
);

/** Loads what stands behind the Race tab; its workers are its own. */
async function openRace() {
  const { askBeforeLeaving, createRace } = await import("./store/raceStore.ts");
  const opened = createRace(playground, (onEvent) =>
    createRunClient({ createWorker, dataUrl, onEvent }),
  );
  askBeforeLeaving(opened, window);
  return opened;
}
