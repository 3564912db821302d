/** Every operation with its kernels, which files export under its name. The compiler reports an operation without kernels. */

import type { BufferId } from "../../plan/buffers.ts";
import type { OpName } from "../../plan/operations.ts";
import { operandsOf, type StepOf } from "../../plan/step.ts";
import * as activation from "./activation.ts";
import * as add from "./add.ts";
import * as averagePool from "./averagePool.ts";
import * as batchNormalization from "./batchNormalization.ts";
import * as bias from "./bias.ts";
import * as clipFactor from "./clipFactor.ts";
import * as conv2d from "./conv2d.ts";
import * as crossEntropy from "./crossEntropy.ts";
import * as dense from "./dense.ts";
import * as depthwiseConv2d from "./depthwiseConv2d.ts";
import * as dropout from "./dropout.ts";
import * as globalAveragePool from "./globalAveragePool.ts";
import type { Kernel, Memory, ShapesOf, ValuesOf } from "./kernel.ts";
import * as layerNormalization from "./layerNormalization.ts";
import * as maxPool from "./maxPool.ts";
import * as multiply from "./multiply.ts";
import { optimizerKernels } from "./optimizers.ts";
import * as prelu from "./prelu.ts";
import * as softmax from "./softmax.ts";
import * as swapAxes from "./swapAxes.ts";
import * as upSample2d from "./upSample2d.ts";
import * as zeroPad2d from "./zeroPad2d.ts";

const KERNELS: { readonly [K in OpName]: Kernel<K> } = {
  ...activation,
  ...add,
  ...averagePool,
  ...batchNormalization,
  ...bias,
  ...clipFactor,
  ...conv2d,
  ...crossEntropy,
  ...dense,
  ...depthwiseConv2d,
  ...dropout,
  ...globalAveragePool,
  ...layerNormalization,
  ...maxPool,
  ...multiply,
  ...prelu,
  ...softmax,
  ...swapAxes,
  ...upSample2d,
  ...zeroPad2d,
  ...optimizerKernels,
};

export function runStep<K extends OpName>(step: StepOf<K>, memory: Memory): void {
  const kernel: Kernel<K> = KERNELS[step.op];
  const operands = <T>(each: (id: BufferId) => T) =>
    Object.fromEntries(
      operandsOf(step).map(({ name, ids, isList }) => {
        const all = ids.map(each);
        return [name, isList ? all : all[0]];
      }),
    );
  // The step has the operands of its operation, which these types name.
  const values = operands((id) => memory.values(id)) as ValuesOf<K>;
  const shapes = operands((id) => memory.shape(id)) as ShapesOf<K>;
  kernel(values, step.attributes, shapes);
}
