/** Opens all entrants that are installed. */
import type { EntrantName } from "./cases.ts";
import type { Entrant } from "./entrant.ts";
import {
  type CpuPage,
  isJaxJsInstalled,
  JAX_JS_ADDRESS,
  PROTOTYPE_ADDRESS,
} from "./openCpuPage.ts";
import { createPytorchEntrant } from "./pytorchEntrant.ts";

export interface EntrantOptions {
  readonly threads: number;
  readonly prototype: string | undefined;
  /** A Python with PyTorch. */
  readonly python: string | undefined;
}

export function createEntrants(page: CpuPage, options: EntrantOptions): readonly Entrant[] {
  const { threads, prototype, python } = options;
  const inPage = (name: EntrantName, address = "") => pageEntrant(page, name, address, threads);
  return [
    {
      ...inPage("ours"),
      profile: () => page.profile("ours"),
    },
    ...(prototype === undefined ? [] : [inPage("prototype", PROTOTYPE_ADDRESS)]),
    ...(python === undefined ? [] : [createPytorchEntrant(python, threads)]),
    inPage("stock tfjs cpu"),
    ...(isJaxJsInstalled() ? [inPage("jax-js wasm", JAX_JS_ADDRESS)] : []),
  ];
}

function pageEntrant(page: CpuPage, name: EntrantName, address: string, threads: number): Entrant {
  return {
    name,
    prepare: (settings) => page.prepare({ name, address, settings, threads }),
    run: (steps) => page.run({ name, steps }),
    release: () => page.release(name),
  };
}
