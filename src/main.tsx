/** The composition root of the page: it only connects the parts. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createWorker } from "./client/createWorker.ts";
import { dataUrl } from "./client/dataUrl.ts";
import { installPageLoader } from "./client/installPageLoader.ts";
import { createRunClient } from "./client/runClient.ts";
import { network } from "./core/network.ts";
import { once } from "./core/once.ts";
import type { WorkerEvent } from "./protocol/events.ts";
import type { Locks } from "./store/machine/tabLock.ts";
import { connectBrowser, openAddress } from "./store/page/browser.ts";
import { isolatePage } from "./store/page/isolation.ts";
import { createPlayground } from "./store/store.ts";
import { App } from "./ui/App.tsx";
import { tolerateForeignChanges } from "./ui/foreignDom.ts";
import { PlaygroundProvider } from "./ui/PlaygroundContext.tsx";

/** The database of checkpoints, named as in `checkpoint/keptDatabase.ts`, which must not load before there is one. */
const KEPT = "xception-playground-kept";

installPageLoader(document);
const connect = (onEvent: (event: WorkerEvent) => void) =>
  createRunClient({ createWorker, dataUrl, onEvent });
const playground = createPlayground(
  connect,
  // It is missing on plain http, although its type says otherwise.
  navigator.locks as Locks | undefined,
);
/** Loads the store of the Race tab, which has its own workers. */
const loadRace = once(() => network.untilThere("Race", openRace));
/** Loads the store of recorded runs, which records from then on. */
const loadRuns = once(() => network.untilThere("Runs", openRuns));
connectBrowser(playground, window, loadRace.there);
void isolatePage(window, {
  script: new URL("isolation.js", document.baseURI).href,
  onOutcome: (isolation) => playground.actions.setView({ isolation }),
});

const stopWaiting = playground.store.subscribe(({ run, machine }) => {
  if (run.runId === null && !machine.isElsewhere) return;
  stopWaiting();
  void loadRuns();
  void import("./store/run/keptOnPage.ts").then((kept) => kept.keepOnPage(playground, window));
});
// Without stored runs both storages reject, and then there is nothing to offer.
void Promise.any([
  (async () => (await navigator.storage.getDirectory()).getDirectoryHandle("runs"))(),
  (async () => {
    if ((await indexedDB.databases()).every(({ name }) => name !== KEPT)) throw new Error(KEPT);
  })(),
])
  .then(() => import("./store/run/keptOnPage.ts"))
  .then((kept) => kept.takeUp(playground, window))
  .catch(() => {});

tolerateForeignChanges(Node);
void start();

async function start() {
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no element with the id root");
  // A page shows nothing before its link has been read, so that no control has another value first.
  if (window.location.search !== "") await openAddress(playground, window);
  playground.actions.inspectDataSet();
  createRoot(root).render(
    <StrictMode>
      <PlaygroundProvider playground={playground} loadRace={loadRace} loadRuns={loadRuns}>
        <App />
      </PlaygroundProvider>
    </StrictMode>,
  );
}

async function openRace() {
  const { createRace } = await import("./store/race/store.ts");
  const race = createRace(playground, connect);
  void import("./store/race/keptRaces.ts").then((kept) =>
    kept.keepRacesOnPage(playground, race, window),
  );
  void loadRuns().then(({ watchRaces }) => watchRaces(race));
  return race;
}

async function openRuns() {
  const part = await import("./store/runs/openRuns.ts");
  return part.openRuns(playground, window, connect);
}
