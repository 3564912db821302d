/**
 * `npm run build:kernels`: compiles the kernels of the WebAssembly engine, and the stand-alone page that has them in it, if they
 * have changed.
 */
import { buildStandalonePage } from "./buildStandalonePage.ts";

await buildStandalonePage();
