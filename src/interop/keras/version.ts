/** The version of Keras that wrote a file. Some defaults and formulas differ between versions. */
export interface KerasVersion {
  readonly major: number;
  /** As the file says it: `2.2.4-tf`. */
  readonly text: string;
  /** True for files of Keras on Theano, which turns the filters of convolutions by 180 degrees. */
  readonly turnsFilters: boolean;
  /** True for models of TensorFlow.js, whose layers differ from those of Keras in places. */
  readonly isTfjs: boolean;
}

/** @param text as the file says it; TensorFlow.js writes its own version, whose formulas are those of Keras 2. */
export function kerasVersion(
  text: string | undefined,
  {
    isTfjs = false,
    backend,
  }: { readonly isTfjs?: boolean; readonly backend?: string | undefined } = {},
): KerasVersion {
  const major = /^(?:keras[ -]?v?)?(\d+)[.]/.exec(text ?? "")?.[1];
  return {
    major: major === undefined || text?.startsWith("tfjs") ? 2 : Number(major),
    text: text ?? "",
    turnsFilters: backend === "theano",
    isTfjs,
  };
}
