/** Selects the two engines of a race when the rival is the same network on another engine. */
import { engineName, type RacingEngine } from "../../../store/race/rival.ts";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import { useRaceActions } from "./RaceContext.tsx";

const OPTIONS = (["webgpu", "wasm", "tfjs"] as const).map((value) => ({
  value,
  label: engineName(value),
}));

export function EnginePair({
  engines: [one, other],
}: {
  readonly engines: readonly [RacingEngine, RacingEngine];
}) {
  const actions = useRaceActions();
  const choose = (engines: readonly [RacingEngine, RacingEngine]) =>
    actions.chooseRival({ kind: "engines", engines });
  return (
    <div className="race-engines">
      <SelectBox
        label="First engine"
        value={one}
        options={OPTIONS}
        onChange={(engine) => choose([engine, other])}
      />
      <span className="field-label">against</span>
      <SelectBox
        label="Second engine"
        value={other}
        options={OPTIONS}
        onChange={(engine) => choose([one, engine])}
      />
    </div>
  );
}
