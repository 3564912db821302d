/**
 * Writes the optimiser as a class, from the one formula that every engine prints. PyTorch's own optimisers differ from Keras' and
 * the tab's in places: where epsilon stands, and whether the learning rate is inside the momentum.
 */
import { type Expression, namesIn } from "../../../formulas/expression.ts";
import { nadam } from "../../../formulas/optimizers/nadam.ts";
import {
  coefficientsOf,
  countsSteps,
  formulaFor,
  kerasCoefficients,
  type OptimizerFormula,
} from "../../../formulas/optimizers/optimizer.ts";
import { OPTIMIZER_LABELS, OPTIMIZERS } from "../../../formulas/optimizers/registry.ts";
import type { Settings } from "../../../settings/settings.ts";
import { OPTIMIZER_CLASSES } from "../../optimizerClasses.ts";
import { callText, LINE_LENGTH, literal } from "../pythonText.ts";
import { formulaCode, pythonName } from "./formulaCode.ts";

const STEP = "t";

export function optimizerClass({ optimizer }: Settings): string {
  return OPTIMIZER_CLASSES[optimizer];
}

/** The vectors that the optimiser keeps for each weight. */
export function slotsOf(settings: Settings): readonly string[] {
  return Object.keys(formulaOf(settings).slots);
}

function formulaOf({ optimizer, momentum }: Settings): OptimizerFormula {
  return formulaFor(OPTIMIZERS[optimizer], { momentum });
}

export function optimizerCode(settings: Settings): string {
  const { optimizer, momentum, weightDecay, clipNorm } = settings;
  const formula = formulaOf(settings);
  const slots = slotsOf(settings);
  const counts = countsSteps(formula);
  const coefficients = Object.entries(
    coefficientsOf(formula, {
      ...kerasCoefficients(OPTIMIZERS[optimizer]),
      ...{ momentum, weightDecay },
    }),
  ).filter(([name]) => isUsed(name, formula));
  const tensors = new Set(["weight", "gradient", ...slots.map((slot) => `old_${slot}`)]);
  const ofStep: string[] = [];
  const ofWeight: string[] = slots.map(
    (slot) => `${pythonName(`old_${slot}`)} = self.slots[f"{name}:${slot}"]`,
  );
  for (const [name, value] of Object.entries(formula.values)) {
    if ([...namesIn(value)].some((part) => tensors.has(part))) tensors.add(name);
    const text =
      optimizer === "nadam" && value === nadam.values.product
        ? `math.prod(beta1 * (1 - 0.5 * 0.96**i) for i in range(1, ${STEP} + 1))`
        : formulaCode(value, tensors, STEP);
    (tensors.has(name) ? ofWeight : ofStep).push(`${pythonName(name)} = ${text}`);
  }
  for (const [slot, next] of Object.entries(formula.slots)) {
    const value = formulaCode(next, tensors, STEP);
    const isName = typeof next === "string";
    const name = isName ? value : pythonName(`new_${slot}`);
    if (!isName) ofWeight.push(`${name} = ${value}`);
    ofWeight.push(`self.slots[f"{name}:${slot}"] = ${name}`);
  }
  const given = coefficients.map(([, value]) => literal(value)).join(", ");
  const state =
    slots.length === 0
      ? "        self.slots = {}"
      : `        self.slots = {
            f"{name}:{slot}": torch.zeros_like(weight)
            for name, weight in self.weights.items()
            for slot in ${literal(slots)}
        }`;
  return `class ${OPTIMIZER_CLASSES[optimizer]}:
    """${OPTIMIZER_LABELS[optimizer]} by Keras' formula; torch.optim's may differ."""

    def __init__(self, model):
        named = model.named_parameters()
        self.weights = {name: weight for name, weight in named if weight.requires_grad}
        self.steps = 0
${state}

    @torch.no_grad()
    def step(self, learning_rate):
        """Changes every weight by its gradient${counts ? ", in step t" : ""}."""
        self.steps ${counts ? "= t = self.steps +" : "+="} 1
${[
  ...(clipNorm > 0
    ? [`nn.utils.clip_grad_norm_(self.weights.values(), ${literal(clipNorm)})`]
    : []),
  ...(coefficients.length > 0
    ? [`${coefficients.map(([name]) => pythonName(name)).join(", ")} = ${given}`]
    : []),
  ...ofStep,
]
  .map((line) => `        ${line}\n`)
  .join("")}        for name, weight in self.weights.items():
            gradient = weight.grad
${[...ofWeight, ...changes(formula.weight, tensors)].map((line) => broken(`            ${line}`)).join("\n")}`;
}

/** Breaks a line that is too long inside its last parentheses, as ruff does. */
function broken(line: string): string {
  const last = line.lastIndexOf(" (");
  if (line.length <= LINE_LENGTH || last < 0 || !line.endsWith(")")) return line;
  return callText(line.slice(0, last + 2), [line.slice(last + 2, -1)]);
}

function isUsed(name: string, { values, slots, weight }: OptimizerFormula): boolean {
  return [...Object.values(values), ...Object.values(slots), weight].some((part) =>
    namesIn(part).has(name),
  );
}

/** The weight changes in place, by one term after another. */
function changes(weight: Expression, tensors: ReadonlySet<string>): readonly string[] {
  if (typeof weight !== "object") return [];
  const [before = 0, term = 0] = weight.of;
  const sign = weight.op === "sub" ? "-=" : "+=";
  const line = `weight ${sign} ${formulaCode(term, tensors, STEP)}`;
  return [...changes(before, tensors), line];
}
