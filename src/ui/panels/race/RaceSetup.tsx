/** Selects the rival and shows the costs of both networks. After the start it shows the race's own networks. */
import { useMemo } from "react";
import { formatBytes, formatCount, formatLarge } from "../../../core/units.ts";
import { unusedEndsText } from "../../../settings/endings.ts";
import { FIELDS } from "../../../settings/fields.ts";
import { RECIPES } from "../../../settings/recipes/registry.ts";
import type { SettingKey } from "../../../settings/settings.ts";
import { lanesNow } from "../../../store/race/blocked.ts";
import {
  enginesFor,
  otherValue,
  RIVAL_KEYS,
  type Rival,
  raceEngines,
} from "../../../store/race/rival.ts";
import { accentsOf, type LanePlan } from "../../../store/race/state.ts";
import { costsOf } from "../../../store/settings/derived.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";
import { Card } from "../../widgets/Card.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";
import { EnginePair } from "./EnginePair.tsx";
import { LaneName } from "./LaneName.tsx";
import { useRace, useRaceActions } from "./RaceContext.tsx";
import { RivalValue } from "./RivalValue.tsx";

const RIVAL_OPTIONS = [
  {
    value: "twin",
    label: "Its twin",
    sentence: "The same network with the other kind of convolution.",
  },
  {
    value: "matched",
    label: "A twin with as many parameters",
    sentence: "The other kind of convolution, at the width with the nearest number of parameters.",
  },
  {
    value: "setting",
    label: "One setting changed",
    sentence: "The same network, or the same training, with one other value.",
  },
  {
    value: "engines",
    label: "Itself on another engine",
    sentence: "The same network and weights, computed in two ways: what a step takes each of them.",
  },
  ...RECIPES.map(({ id, title }) => ({
    value: `recipe:${id}`,
    label: `Recipe: ${title}`,
    sentence: "Its network and optimizer, on the batches of the current settings.",
  })),
];

export function RaceSetup() {
  const current = usePlayground(({ settings }) => settings.values);
  const rival = useRace((state) => state.rival);
  const running = useRace(({ race }) => race.plans);
  const planned = useMemo(() => lanesNow(rival, current), [rival, current]);
  const plans = running.length > 0 ? running : planned.ok ? planned.plans : [];
  const [first] = plans;
  return (
    <Card title="Who races" region="Networks">
      {running.length > 0 ? (
        <p className="race-words">Reset to race others.</p>
      ) : (
        <RivalChoice rival={rival} problem={planned.ok ? undefined : planned.message} />
      )}
      {first !== undefined && <LaneTable plans={plans} />}
      {first !== undefined && (
        <p className="race-words">
          Both train {raceEngines(plans) && "the same network from the same weights "}on the same
          batches of {first.settings.batchSize}, in turn by step, with the same seed and the same
          augmentation. {raceEngines(plans) && ENGINE_WORDS}Network, batches and length are those of
          the Playground's controls. {unusedEndsText(first.settings)}
        </p>
      )}
    </Card>
  );
}

const ENGINE_WORDS =
  "A turn lasts until its engine has finished the step, so that neither waits for the other's work; engines on WebGPU share one device. ";

function RivalChoice({
  rival,
  problem,
}: {
  readonly rival: Rival;
  readonly problem: string | undefined;
}) {
  const actions = useRaceActions();
  const current = usePlayground(({ settings }) => settings.values);
  const { locked, hidden } = usePlayground(({ settings }) => settings.restrictions);
  const keys = RIVAL_KEYS.filter((key) => !locked.includes(key) && !hidden.includes(key));
  const choose = (value: string) => {
    const [kind, recipeId] = value.split(":");
    if (recipeId !== undefined) actions.chooseRival({ kind: "recipe", recipeId });
    else if (kind === "setting")
      chooseKey(keys.includes("residual") ? "residual" : (keys[0] ?? "residual"));
    else if (kind === "engines")
      actions.chooseRival({ kind: "engines", engines: enginesFor(current) });
    else actions.chooseRival({ kind: kind === "matched" ? "matched" : "twin" });
  };
  const chooseKey = (key: SettingKey) =>
    actions.chooseRival({ kind: "setting", key, text: otherValue(key, current) });
  return (
    <div className="race-rival">
      <span className="field-label">The current network against</span>
      <SelectBox
        label="Rival"
        value={rival.kind === "recipe" ? `recipe:${rival.recipeId}` : rival.kind}
        options={RIVAL_OPTIONS}
        onChange={choose}
      />
      {rival.kind === "setting" && (
        <div className="race-rival-setting">
          <SelectBox
            label="Changed setting"
            value={rival.key}
            options={keys.map((key) => ({ value: key, label: FIELDS[key].label }))}
            onChange={chooseKey}
          />
          <RivalValue
            setting={rival.key}
            text={rival.text}
            invalid={problem !== undefined}
            onText={(text) => actions.chooseRival({ ...rival, text })}
          />
        </div>
      )}
      {rival.kind === "engines" && <EnginePair engines={rival.engines} />}
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function LaneTable({ plans }: { readonly plans: readonly LanePlan[] }) {
  const accents = accentsOf(plans.map(({ settings }) => settings));
  const costs = plans.map(({ settings }) => costsOf(settings));
  const total = costs.reduce((sum, cost) => sum + (cost?.memoryBytes ?? 0), 0);
  // Memory is estimated from the network alone. Lanes that differ only in the engine show measured memory in the table of
  // steps.
  const showsMemory = !raceEngines(plans);
  return (
    <ScrollFrame className="race-table-frame" label="Costs of both">
      <table className="layer-table race-table">
        <TableHead
          columns={[
            "Network",
            { number: "Parameters" },
            { number: "MACs / image" },
            ...(showsMemory ? [{ number: "Memory" }] : []),
          ]}
        />
        <tbody>
          {plans.map(({ name }, index) => {
            const cost = costs[index];
            return (
              <tr key={name}>
                <th scope="row">
                  <LaneName name={name} accent={accents[index] ?? "third"} />
                </th>
                <td className="number">{cost ? formatCount(cost.parameters) : "–"}</td>
                <td className="number">{cost ? formatLarge(cost.macs) : "–"}</td>
                {showsMemory && (
                  <td className="number">{cost ? formatBytes(cost.memoryBytes) : "–"}</td>
                )}
              </tr>
            );
          })}
        </tbody>
        {showsMemory && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                Side by side
              </th>
              <td className="number">{formatBytes(total)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </ScrollFrame>
  );
}
