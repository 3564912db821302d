/** ReLU and ELU, element by element, in a row of channels at a time. */
import { sizeOf } from "../../../core/shape.ts";
import { type Lower, rowSides, widthOf } from "../lowering.ts";
import { dispatchOf, stored } from "../shader.ts";

export const activation: Lower<"activation"> = ({ inputs, outputs, attributes }, lowering) => {
  const shape = lowering.shape(outputs.y);
  const [, channels] = rowSides(shape);
  const width = widthOf(channels);
  const value =
    attributes.activation === "relu" ? "max(x, V(0))" : "select(exp(x) - V(1), x, x > V(0))";
  return [
    dispatchOf({
      name: "activation",
      width,
      reads: { x: { operand: lowering.operand(inputs.x) } },
      writes: { y: { tensor: lowering.tensor(outputs.y) } },
      numbers: { channels: channels / width },
      body: `let x = x_at(i, i % p.channels);\n y_set(i, ${value});`,
      threads: sizeOf(shape) / width,
    }),
  ];
};

export const activationGradient: Lower<"activationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const shape = lowering.shape(outputs.dx);
  const [, channels] = rowSides(shape);
  const width = widthOf(channels);
  const beyond = attributes.activation === "relu" ? "V(0)" : "y + V(1)";
  return [
    dispatchOf({
      name: "activationGradient",
      width,
      reads: {
        dy: stored(lowering.tensor(inputs.dy)),
        y: { operand: lowering.operand(inputs.y) },
      },
      writes: { dx: { tensor: lowering.tensor(outputs.dx) } },
      numbers: { channels: channels / width },
      body: `let channel = i % p.channels;
        let y = y_at(i, channel);
        dx_set(i, dy_at(i, channel) * select(${beyond}, V(1), y > V(0)));`,
      threads: sizeOf(shape) / width,
    }),
  ];
};
