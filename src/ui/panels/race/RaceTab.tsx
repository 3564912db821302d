/** The Race tab: two networks on the same batches, and the paper's questions as experiments. */
import { useLoadRace } from "../../PlaygroundContext.tsx";
import { PanelBoundary } from "../../widgets/PanelBoundary.tsx";
import { WhenLoaded } from "../../widgets/WhenLoaded.tsx";
import { ExperimentSection } from "./ExperimentSection.tsx";
import { RaceBar } from "./RaceBar.tsx";
import { RaceProvider } from "./RaceContext.tsx";
import { RaceCurves } from "./RaceCurves.tsx";
import { RaceResults } from "./RaceResults.tsx";
import { RaceSetup } from "./RaceSetup.tsx";
import { RaceSteps } from "./RaceSteps.tsx";
import "./race.css";

export function RaceTab() {
  return (
    <WhenLoaded title="Race" load={useLoadRace()}>
      {(race) => (
        <RaceProvider race={race}>
          <RacePlace />
        </RaceProvider>
      )}
    </WhenLoaded>
  );
}

function RacePlace() {
  return (
    <>
      <section className="race-section" aria-label="Race">
        <PanelBoundary title="The race's buttons">
          <RaceBar />
        </PanelBoundary>
        <div className="race-columns">
          <div className="race-column">
            <PanelBoundary title="Who races">
              <RaceSetup />
            </PanelBoundary>
            <PanelBoundary title="A step">
              <RaceSteps />
            </PanelBoundary>
            <PanelBoundary title="Race results">
              <RaceResults />
            </PanelBoundary>
          </div>
          <PanelBoundary title="Race curves">
            <RaceCurves />
          </PanelBoundary>
        </div>
      </section>
      <PanelBoundary title="Experiments">
        <ExperimentSection />
      </PanelBoundary>
    </>
  );
}
