/** Writes activations as calls of PyTorch. */
import { LARGEST_FLOAT } from "../../../core/numbers.ts";
import type {
  ElementwiseActivation,
  ElementwiseKind,
} from "../../../formulas/activations/registry.ts";
import type { Activation } from "../../../network/graph.ts";
import { literal } from "../pythonText.ts";

/** Those without parameters, as expressions of `x`. */
const CALLS: Readonly<Record<Exclude<ElementwiseKind, "LeakyReLU" | "ReLU" | "ELU">, string>> = {
  relu: "F.relu(x)",
  elu: "F.elu(x)",
  silu: "F.silu(x)",
  sigmoid: "torch.sigmoid(x)",
  tanh: "torch.tanh(x)",
  gelu: "F.gelu(x)",
  gelu_tanh: 'F.gelu(x, approximate="tanh")',
  hard_sigmoid: "F.hardsigmoid(x)",
  hard_sigmoid_keras2: "(0.2 * x + 0.5).clamp(0, 1)",
  hard_silu: "F.hardswish(x)",
  selu: "F.selu(x)",
  softplus: "F.softplus(x)",
  relu6: "F.relu6(x)",
  sparse_sigmoid: "(0.5 * (x + 1)).clamp(0, 1)",
  sparse_plus: "(x.clamp(-1, 1) + 1) ** 2 / 4 + F.relu(x - 1)",
  squareplus: "(x + torch.sqrt(x * x + 4)) / 2",
  tanh_shrink: "F.tanhshrink(x)",
  soft_shrink: "F.softshrink(x)",
  hard_shrink: "F.hardshrink(x)",
  hard_tanh: "F.hardtanh(x)",
  log_sigmoid: "F.logsigmoid(x)",
  mish: "F.mish(x)",
  softsign: "F.softsign(x)",
  exponential: "torch.exp(x)",
};

/** An expression of the tensor `x`; `null` for an activation that changes nothing. */
export function activationCode(activation: Activation): string | null {
  if (activation === "linear") return null;
  if (activation === "softmax") return "F.softmax(x, 1)";
  if (activation === "log_softmax") return "F.log_softmax(x, 1)";
  return typeof activation === "string" ? CALLS[activation] : withParameters(activation);
}

function withParameters(activation: Exclude<ElementwiseActivation, string>): string {
  switch (activation.name) {
    case "LeakyReLU":
      return `F.leaky_relu(x, ${literal(activation.negativeSlope)})`;
    case "ELU":
      return `F.elu(x, ${literal(activation.alpha)})`;
    case "ReLU": {
      const { threshold, maxValue, negativeSlope } = activation;
      const above = maxValue === LARGEST_FLOAT ? "x" : `x.clamp(max=${literal(maxValue)})`;
      const below = `${literal(negativeSlope)} * (x - ${literal(threshold)})`;
      return `torch.where(x > ${literal(threshold)}, ${above}, ${below})`;
    }
  }
}
