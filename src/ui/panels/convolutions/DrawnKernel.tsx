/** A kernel that the person draws, and whether it is the product of a column and a row. */
import { memo, useId, useState } from "react";
import {
  factorize,
  KERNEL_SIDES,
  type Kernel,
  type KernelSide,
  parseEntry,
} from "../../../network/convolutions/factorize.ts";
import { KERNEL_PRESETS } from "../../../network/convolutions/kernelPresets.ts";
import { problemOf } from "../../../store/settings/settingsState.ts";
import { Button } from "../../widgets/Button.tsx";
import { NumberBox } from "../../widgets/NumberBox.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { KernelFactors } from "./KernelFactors.tsx";
import { LabSection } from "./LabSection.tsx";

export interface DrawnKernelProps {
  readonly kernel: Kernel;
  readonly onKernel: (kernel: Kernel) => void;
}

interface EntryDraft {
  readonly text: string;
  readonly problem: string;
}

const SIDES = KERNEL_SIDES.map((side) => ({ value: String(side), label: `${side} × ${side}` }));

export const DrawnKernel = memo(function DrawnKernel({ kernel, onKernel }: DrawnKernelProps) {
  const [drafts, setDrafts] = useState<Readonly<Record<string, EntryDraft>>>({});
  const [seed, setSeed] = useState(1);
  const [presetId, setPresetId] = useState("sobel");
  const problemId = useId();
  const side = kernel.length === 5 ? 5 : 3;
  const problem = Object.values(drafts)[0]?.problem;

  function choose(id: string, newSide: KernelSide): void {
    const preset = KERNEL_PRESETS.find((one) => one.id === id);
    if (preset === undefined) return;
    setDrafts({});
    setPresetId(id);
    setSeed(seed + 1);
    onKernel(preset.make(newSide, seed));
  }

  function write(row: number, column: number, text: string): void {
    const where = entryName(row, column);
    const { [where]: _settled, ...others } = drafts;
    try {
      const value = parseEntry(where, text);
      setDrafts(others);
      onKernel(
        kernel.map((line, i) => line.map((old, j) => (i === row && j === column ? value : old))),
      );
    } catch (error) {
      setDrafts({ ...others, [where]: { text, problem: `${where}: ${problemOf(where, error)}` } });
    }
  }

  return (
    <LabSection
      id="lab-kernel"
      title="Kernels that separate"
      sentence="Some kernels are a column times a row. Those can be applied as two small convolutions, K × 1 and then 1 × K, with the same result and fewer multiplications. Draw one and see."
    >
      <div className="lab-kernel">
        <div className="lab-kernel-draw">
          <Segmented
            label="Kernel size"
            value={String(side)}
            options={SIDES}
            onChange={(chosen) => choose(presetId, chosen === "5" ? 5 : 3)}
          />
          <div className="lab-examples" role="group" aria-label="Kernels to start from">
            {KERNEL_PRESETS.map(({ id, title }) => (
              <Button key={id} className="lab-chip" onClick={() => choose(id, side)}>
                {title}
              </Button>
            ))}
          </div>
          <div
            className="lab-kernel-grid"
            role="group"
            aria-label="Kernel"
            style={{ gridTemplateColumns: `repeat(${side}, minmax(0, 56px))` }}
          >
            {kernel.flatMap((line, row) =>
              line.map((value, column) => {
                const name = entryName(row, column);
                const draft = drafts[name];
                return (
                  <NumberBox
                    key={name}
                    label={name}
                    text={draft?.text ?? String(value)}
                    value={value}
                    min={-1000}
                    max={1000}
                    step={1}
                    invalid={draft !== undefined}
                    describedBy={draft === undefined ? undefined : problemId}
                    onText={(text) => write(row, column, text)}
                  />
                );
              }),
            )}
          </div>
          <div aria-live="polite">
            {problem !== undefined && (
              <p id={problemId} className="field-problem">
                {problem}
              </p>
            )}
          </div>
        </div>
        <KernelFactors kernel={kernel} factors={factorize(kernel)} />
      </div>
    </LabSection>
  );
});

function entryName(row: number, column: number): string {
  return `Row ${row + 1}, column ${column + 1}`;
}
