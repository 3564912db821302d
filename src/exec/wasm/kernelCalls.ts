/** The types of calls. They follow from the table of kernels. */
import type { ACTIVATION_KERNELS } from "./formulaKernels.ts";
import type { CHOICES, KERNELS, RECORDS, SCALARS } from "./kernelTable.ts";

export type KernelName = keyof typeof KERNELS;
export type RecordName = keyof typeof RECORDS;
export type Scalar = keyof typeof SCALARS;
export type Choice = keyof typeof CHOICES;
type Single = Scalar | Choice | RecordName;

/** The type of an argument in the table. A list comes last and holds as many elements as a call gives. */
export type ArgumentType = Single | { readonly listOf: Single };
/** Arguments by name, in the order of their slots in memory. */
export type ArgumentTypes = Readonly<Record<string, ArgumentType>>;

type ValueOf<T> = T extends "boolean"
  ? boolean
  : T extends Scalar
    ? number
    : T extends Choice
      ? (typeof CHOICES)[T][number]
      : T extends RecordName
        ? RecordValues<T>
        : T extends { readonly listOf: infer Element }
          ? readonly ValueOf<Element>[]
          : never;

type ValuesOf<Types> = { readonly [Name in keyof Types]: ValueOf<Types[Name]> };

export type RecordValues<Name extends RecordName> = ValuesOf<(typeof RECORDS)[Name]>;
export type KernelArguments<Name extends KernelName> = ValuesOf<
  (typeof KERNELS)[Name]["arguments"]
>;

/** A run of a kernel over `chunks` chunks; `kernels/run.ts` says how threads share them. */
export type CallOf<Name extends KernelName> = {
  readonly kernel: Name;
  readonly chunks: number;
  /** True if the next call reads nothing that this one writes, so that threads need no barrier between them. */
  readonly goesOn?: boolean;
  readonly arguments: KernelArguments<Name>;
};

/** A call of any kernel. The compiler does not find out itself that all activations take the same arguments. */
export type Call =
  | { readonly [Name in KernelName]: CallOf<Name> }[KernelName]
  | CallOf<keyof typeof ACTIVATION_KERNELS>;
