/** Makes a sweep from the current settings: what varies, how it is combined, what it costs, and what is left out. */
import { X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { PlaygroundError } from "../../../../core/errors.ts";
import { runName } from "../../../../runs/runName.ts";
import { FIELDS, type Field, isSettingKey, SETTING_KEYS } from "../../../../settings/fields.ts";
import type { SettingKey } from "../../../../settings/settings.ts";
import { sweepFile } from "../../../../settings/sweeps/readSweep.ts";
import type { Sweep } from "../../../../settings/sweeps/sweep.ts";
import { type DraftAxis, readDraft, valuesRule } from "../../../../settings/sweeps/sweepDraft.ts";
import { planOf } from "../../../../store/sweeps/sweepState.ts";
import { usePlayground } from "../../../PlaygroundContext.tsx";
import { saveFile } from "../../../saveFile.ts";
import { Button } from "../../../widgets/Button.tsx";
import { DialogFrame } from "../../../widgets/DialogFrame.tsx";
import { Segmented } from "../../../widgets/Segmented.tsx";
import { SelectList } from "../../../widgets/SelectList.tsx";
import { SweepCosts } from "./SweepCosts.tsx";

const KINDS = [
  { value: "grid", label: "Every combination" },
  { value: "sample", label: "A random sample" },
] as const;
const FIRST: readonly DraftAxis[] = [
  { key: "width", text: "0.125, 0.25" },
  { key: "seed", text: "1, 2" },
];
const DEFAULT_RUNS = "10";

/** What a new line begins with. */
function firstText(key: SettingKey): string {
  const field: Field = FIELDS[key];
  if (field.kind === "choice") return field.options.map(({ value }) => value).join(", ");
  return field.kind === "switch" ? "on, off" : "";
}

export function NewSweepDialog(props: {
  readonly onClose: () => void;
  readonly onStart: (sweep: Sweep) => void;
}) {
  const { onClose, onStart } = props;
  const base = usePlayground(({ settings }) => settings.values);
  const recipeId = usePlayground(({ settings }) => settings.recipeId);
  const [name, setName] = useState("");
  const [axes, setAxes] = useState(FIRST);
  const [kind, setKind] = useState<(typeof KINDS)[number]["value"]>("grid");
  const [runs, setRuns] = useState(DEFAULT_RUNS);
  const [seed, setSeed] = useState("1");
  const isSample = kind === "sample";
  const { sweep, problems } = useMemo(
    () => readDraft({ name, recipeId, base, axes, isSample, runs, seed }),
    [name, recipeId, base, axes, isSample, runs, seed],
  );
  const plan = useMemo(() => sweep && planOf(sweep), [sweep]);
  const numRuns = plan?.runs.length ?? 0;
  const free = SETTING_KEYS.filter((key) => axes.every((axis) => axis.key !== key));
  const change = (index: number, axis: DraftAxis) => setAxes(axes.with(index, axis));
  const shown = new Set(axes.map(({ key }) => `vary.${key}`));
  const others = problems.filter(({ context }) => !shown.has(axisOf(context.where)));
  return (
    <DialogFrame
      title="New sweep"
      className="sweep-dialog"
      onClose={onClose}
      words={
        <p>
          All runs start from the current settings (<b>{runName(recipeId, base)}</b>) and differ in
          the settings below. They train one after another, each as a run of its own.
        </p>
      }
    >
      <div className="sweep-form">
        {axes.map((axis, index) => (
          <AxisRow
            key={axis.key}
            axis={axis}
            isSample={isSample}
            free={free}
            problems={problems.filter(
              ({ context }) => axisOf(context.where) === `vary.${axis.key}`,
            )}
            onChange={(changed) => change(index, changed)}
            onRemove={() => setAxes(axes.filter((_, at) => at !== index))}
          />
        ))}
        <SelectList
          label="Add a setting"
          value=""
          options={[
            { value: "", label: "Add a setting …" },
            ...free.map((key) => ({ value: key, label: FIELDS[key].label })),
          ]}
          onChange={(key) => isSettingKey(key) && setAxes([...axes, { key, text: firstText(key) }])}
        />
        <Segmented label="Combinations" value={kind} options={KINDS} onChange={setKind} />
        {isSample && (
          <div className="sweep-sample">
            <TextField label="Runs to draw" text={runs} onText={setRuns} />
            <TextField label="Seed of the sample" text={seed} onText={setSeed} />
          </div>
        )}
        <TextField
          label="Name of the sweep"
          text={name}
          placeholder={axes.map(({ key }) => FIELDS[key].label).join(", ")}
          onText={setName}
        />
        {others.map(({ message }) => (
          <p key={message} className="field-problem">
            {message}
          </p>
        ))}
        {plan !== null && <SweepCosts plan={plan} base={base} />}
      </div>
      <div className="runs-actions">
        <Button
          look="primary"
          disabled={sweep === null || numRuns === 0}
          onClick={() => {
            if (sweep === null) return;
            onStart(sweep);
            onClose();
          }}
        >
          {numRuns === 0 ? "Start sweep" : `Start ${numRuns} ${numRuns === 1 ? "run" : "runs"}`}
        </Button>
        <Button
          disabled={sweep === null}
          onClick={() =>
            sweep &&
            saveFile("sweep.json", JSON.stringify(sweepFile(sweep), null, 1), "application/json")
          }
        >
          Save as file
        </Button>
        <span className="run-summary">for npm run sweep in the terminal</span>
      </div>
    </DialogFrame>
  );
}

/** The message without the path of the field, which stands beside it: `Value 3: the value does not fit; expected ...` */
function problemText({ message, context }: PlaygroundError): string {
  const where = String(context.where);
  const index = /\[(\d+)\]$/.exec(where)?.[1];
  const words = message.slice(where.length + 2);
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return index === undefined ? text : `Value ${Number(index) + 1}: ${words}`;
}

/** `vary.width[1]` is of `vary.width`. */
function axisOf(where: unknown): string {
  return String(where).replace(/(\[\d+\]|[.](from|to))$/, "");
}

function AxisRow(props: {
  readonly axis: DraftAxis;
  readonly isSample: boolean;
  readonly free: readonly SettingKey[];
  readonly problems: readonly PlaygroundError[];
  readonly onChange: (axis: DraftAxis) => void;
  readonly onRemove: () => void;
}) {
  const { axis, isSample, free, problems, onChange, onRemove } = props;
  const { key, text } = axis;
  const { label, kind } = FIELDS[key];
  const id = useId();
  const isRange = kind === "number" && (isSample || FIELDS[key].integer);
  const range = isSample ? "1 to 5, or 1 to 5 log" : "1 to 5";
  return (
    <div className="sweep-axis">
      <SelectList
        label={`Setting of ${label}`}
        value={key}
        options={[key, ...free].map((one) => ({ value: one, label: FIELDS[one].label }))}
        onChange={(changed) =>
          isSettingKey(changed) && onChange({ key: changed, text: firstText(changed) })
        }
      />
      <input
        className="number-box wide sweep-values"
        aria-label={`Values of ${label}`}
        aria-describedby={`${id}-help`}
        aria-invalid={problems.length > 0 || undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onChange({ key, text: event.target.value })}
      />
      <Button look="icon" aria-label={`Do not vary ${label}`} onClick={onRemove}>
        <X size={16} aria-hidden />
      </Button>
      <p id={`${id}-help`} className={problems.length > 0 ? "field-problem" : "run-summary"}>
        {(problems[0] && problemText(problems[0])) ??
          `Each ${valuesRule(key)}, separated by ${kind === "integers" ? "semicolons" : "commas"}${isRange ? `; or a range: ${range}` : ""}.`}
      </p>
    </div>
  );
}

function TextField(props: {
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly onText: (text: string) => void;
}) {
  const { label, text, placeholder, onText } = props;
  return (
    <label className="sweep-field">
      {label}
      <input
        className="number-box wide"
        autoComplete="off"
        value={text}
        placeholder={placeholder}
        onChange={(event) => onText(event.target.value)}
      />
    </label>
  );
}
