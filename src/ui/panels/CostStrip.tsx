/** Shows the costs of the network and of its twin with the other kind of convolution. */
import { type ReactNode, useId } from "react";
import { formatBytes, formatCount, formatDuration, formatLarge } from "../../core/units.ts";
import type { ConvolutionKind, Settings } from "../../settings/settings.ts";
import { epochMsOf, type MeasureTarget } from "../../store/run/measurements.ts";
import { type Costs, costsOf, twinSettings } from "../../store/settings/derived.ts";
import { measureBlocked, type PlaygroundState } from "../../store/store.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Button } from "../widgets/Button.tsx";

export function CostStrip() {
  const values = usePlayground(({ settings }) => settings.values);
  const own = costsOf(values);
  const twin = costsOf(twinSettings(values));
  const kind = values.convolution;
  const item = (label: string, key: keyof Costs, format: (value: number) => string) => (
    <CostItem
      label={label}
      kind={kind}
      own={own?.[key] ?? null}
      twin={twin?.[key] ?? null}
      format={format}
    />
  );
  return (
    <section className="cost" aria-label="Cost">
      <dl className="cost-list">
        {item("Parameters", "parameters", formatCount)}
        {item("Trainable parameters", "trainableParameters", formatCount)}
        {item("MACs per image", "macs", formatLarge)}
        {item("Memory", "memoryBytes", formatBytes)}
        <EpochTime values={values} />
      </dl>
    </section>
  );
}

interface CostItemProps {
  readonly label: string;
  readonly kind: ConvolutionKind;
  readonly own: number | null;
  readonly twin: number | null;
  readonly format: (value: number) => string;
  /** The text shown when there is no value. */
  readonly missing?: string;
  readonly ownAction?: ReactNode;
  readonly twinAction?: ReactNode;
}

function CostItem(props: CostItemProps) {
  const { label, kind, own, twin, format, missing = "–", ownAction, twinAction } = props;
  const id = useId();
  const twinName = kind === "ordinary" ? "separable" : "ordinary";
  return (
    <div className="cost-item">
      <dt id={id}>{label}</dt>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: a dd is a definition, which takes a name from its author */}
      <dd
        className="cost-value"
        aria-labelledby={id}
        data-empty={own === null || undefined}
        translate={own === null ? undefined : "no"}
      >
        {own === null ? missing : format(own)}
      </dd>
      {ownAction && <dd className="cost-action">{ownAction}</dd>}
      <dd className="cost-twin" data-twin={twinName}>
        <CostBars kind={kind} own={own} twin={twin} />
        <span className="cost-twin-words">
          {twin === null ? (
            twinAction
          ) : (
            <TwinWords own={own} twin={twin} name={twinName} format={format} />
          )}
        </span>
      </dd>
    </div>
  );
}

function TwinWords(props: {
  readonly own: number | null;
  readonly twin: number;
  readonly name: string;
  readonly format: (value: number) => string;
}) {
  const { own, twin, name, format } = props;
  return (
    <>
      <span className="visually-hidden">with {name} convolutions </span>
      <span translate="no">{format(twin)}</span>
      {own !== null && own > 0 && <b translate="no"> × {ratioText(twin / own)}</b>}
    </>
  );
}

/** Two bars on one scale, always separable above ordinary, each in its own accent. */
function CostBars({
  kind,
  own,
  twin,
}: {
  readonly kind: ConvolutionKind;
  readonly own: number | null;
  readonly twin: number | null;
}) {
  const separable = kind === "ordinary" ? twin : own;
  const ordinary = kind === "ordinary" ? own : twin;
  const largest = Math.max(separable ?? 0, ordinary ?? 0);
  const share = (value: number | null) =>
    largest > 0 && value !== null ? `${Math.max(1.5, (value / largest) * 100)}%` : "0%";
  return (
    <span className="cost-bars" aria-hidden>
      <span>sep</span>
      <i className="bar-separable" style={{ width: share(separable) }} />
      <span>ord</span>
      <i className="bar-ordinary" style={{ width: share(ordinary) }} />
    </span>
  );
}

/** The time is never an estimate: it is measured by a few steps on this machine, or shown as unknown. */
function EpochTime({ values }: { readonly values: Settings }) {
  const epochMs = (settings: Settings) => (state: PlaygroundState) =>
    epochMsOf(state.measurements, settings, state.dataSet.description);
  const own = usePlayground(epochMs(values));
  const twin = usePlayground(epochMs(twinSettings(values)));
  return (
    <CostItem
      label="Time per epoch"
      kind={values.convolution}
      own={own}
      twin={twin}
      format={formatDuration}
      missing="not measured yet"
      ownAction={own === null && <MeasureButton target="current" name="Measure" />}
      twinAction={<MeasureButton target="twin" name="Measure twin" />}
    />
  );
}

function MeasureButton({
  target,
  name,
}: {
  readonly target: MeasureTarget;
  readonly name: string;
}) {
  const actions = useActions();
  const pending = usePlayground(({ measurements }) => measurements.pending?.target ?? null);
  const blocked = usePlayground(measureBlocked);
  if (pending === target) {
    return (
      <Button look="tiny" onClick={actions.cancelMeasure} title="Press to give up">
        Measuring…
      </Button>
    );
  }
  return (
    <Button
      look="tiny"
      disabled={blocked !== null || pending !== null}
      title={blocked ?? "Times a few steps of training on this machine."}
      onClick={() => actions.measure(target)}
    >
      {name}
    </Button>
  );
}

function ratioText(ratio: number): string {
  return ratio >= 9.95 ? ratio.toFixed(0) : ratio >= 0.995 ? ratio.toFixed(1) : ratio.toFixed(2);
}
