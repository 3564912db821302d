/** Writes the classes of layers that PyTorch does not have as the tab computes them. */
import type { BatchNormalizationLayer } from "../../../network/graph.ts";
import { callText, literal } from "../pythonText.ts";

/** The settings of a batch norm. */
export type Norm = Pick<BatchNormalizationLayer, "momentum" | "epsilon" | "scale" | "center">;

/** Every program needs the sum, because its losses are those of all processes. */
export const TOTAL = `class Total(torch.autograd.Function):
    """The sum of what all processes have. Its gradient is summed up likewise."""

    @staticmethod
    def forward(context, values):
        values = values.clone()
        dist.all_reduce(values)
        return values

    @staticmethod
    def backward(context, gradient):
        return Total.apply(gradient)


def total(values):
    return Total.apply(values) if WORLD > 1 else values`;

/** @param norms those of the network. The class has the first one's numbers as its defaults. */
export function batchNormCode(norms: readonly Norm[]): readonly string[] {
  const [first] = norms;
  if (first === undefined) return [];
  const { momentum, epsilon, scale, center } = first;
  const varies = (key: "scale" | "center") => norms.some((norm) => norm[key] !== first[key]);
  const parameters = [
    ...["self", "channels", `momentum=${literal(momentum)}`, `epsilon=${literal(epsilon)}`],
    ...(varies("scale") ? [`scale=${literal(scale)}`] : []),
    ...(varies("center") ? [`center=${literal(center)}`] : []),
  ];
  const vector = (key: "scale" | "center", has: boolean, start: string) => {
    const made = `nn.Parameter(torch.${start}(channels))`;
    if (varies(key)) return `${made} if ${key} else None`;
    return has ? made : "None";
  };
  const change = (key: "scale" | "center", has: boolean, line: string, name: string) => {
    if (varies(key)) return [`            if self.${name} is not None:`, `                ${line}`];
    return has ? [`            ${line}`] : [];
  };
  const lines = [
    ...change("scale", scale, "y = y * self.weight.view(mean.shape)", "weight"),
    ...change("center", center, "y = y + self.bias.view(mean.shape)", "bias"),
  ];
  return [
    `class BatchNorm(nn.Module):
    """Normalises each channel by the whole batch, which several processes may share.

    The moving variance follows the batch's; PyTorch's own follows n / (n - 1) times it.
    """

${callText("    def __init__(", parameters, "):")}
        super().__init__()
        self.momentum, self.epsilon = momentum, epsilon
        self.weight = ${vector("scale", scale, "ones")}
        self.bias = ${vector("center", center, "zeros")}
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        moving, affine = (self.running_mean, self.running_var), (self.weight, self.bias)
        if not self.training:
            return F.batch_norm(x, *moving, *affine, eps=self.epsilon)
        axes = (0, *range(2, x.ndim))
        if WORLD == 1:
            variance, mean = torch.var_mean(x.detach(), axes, correction=0)
            y = F.batch_norm(x, None, None, *affine, training=True, eps=self.epsilon)
        else:
            count = total(x.new_tensor(x.numel() / x.shape[1]))
            mean = total(x.sum(axes, keepdim=True)) / count
            variance = total(((x - mean) ** 2).sum(axes, keepdim=True)) / count
            y = (x - mean) / torch.sqrt(variance + self.epsilon)
${lines.map((line) => `${line}\n`).join("")}        for average, value in zip(moving, (mean, variance), strict=True):
            average.lerp_(value.detach().flatten(), 1 - self.momentum)
        return y`,
  ];
}

/** A separable convolution of which nothing is said but its channels, as in Xception. */
export function separableConvCode(multiplier: number, bias: boolean): string {
  const between = multiplier === 1 ? "inputs" : `${multiplier} * inputs`;
  return `class SeparableConv(nn.Sequential):
    """Each channel alone (depthwise), then all channels of each place (pointwise)."""

    def __init__(self, inputs, filters):
${callText("        depthwise = nn.Conv2d(", ["inputs", between, "3", "padding=1", "groups=inputs", "bias=False"])}
${callText("        pointwise = nn.Conv2d(", [between, "filters", "1", ...(bias ? [] : ["bias=False"])])}
        super().__init__(OrderedDict(depthwise=depthwise, pointwise=pointwise))`;
}

/** A separable convolution with any window. */
export const ANY_SEPARABLE_CONV = `class SeparableConv(nn.Sequential):
    """Each channel alone (depthwise), then all channels of each place (pointwise)."""

    def __init__(self, inputs, filters, kernel, multiplier=1, bias=True, **window):
        between = multiplier * inputs
        depthwise = nn.Conv2d(inputs, between, kernel, groups=inputs, bias=False, **window)
        pointwise = nn.Conv2d(between, filters, 1, bias=bias)
        super().__init__(OrderedDict(depthwise=depthwise, pointwise=pointwise))`;

export const PRELU = `class PReLU(nn.Module):
    """Multiplies what is negative by slopes that are trained."""

    def __init__(self, shape, start):
        super().__init__()
        self.slopes = nn.Parameter(torch.full(shape, start))

    def forward(self, x):
        return torch.where(x > 0, x, self.slopes * x)`;

export const LAYER_NORM = `class LayerNorm(nn.LayerNorm):
    """Normalises the last axes of maps whose channels come last, as Keras does."""

    def __init__(self, shape, epsilon, scale=True, center=True):
        super().__init__(shape, epsilon)
        self.weight = self.weight if scale else None
        self.bias = self.bias if center else None

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)`;
