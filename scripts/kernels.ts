/** `npm run build:kernels`: compiles the kernels of the WebAssembly engine if they have changed. */
import { buildKernels } from "./buildKernels.ts";

await buildKernels();
