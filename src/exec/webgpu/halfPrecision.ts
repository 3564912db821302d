/**
 * How a kernel loads and stores the numbers of a storage: in 32 bits, or in 16 bits with two to a word. Packing is core WGSL
 * and needs no feature of the device. This code rounds to the nearest, ties to even, because WGSL allows an adapter to
 * truncate. It also handles numbers beyond 65504, for which WGSL defines no result.
 */
/**
 * What happens to a number beyond 65504: `clamped` sets it to 65504 (activations), and `infinite` makes it infinite, so that
 * sums show the overflow (gradients). NaN stays NaN.
 */
export type HalfOverflow = "clamped" | "infinite";

/** The number of neighbouring numbers that are loaded at once. */
type Width = 1 | 2 | 4;

interface Storage {
  /** Element type of the array in the binding. */
  readonly elementType: string;
  /** WGSL that loads the value at an index. Both are in units of the accessor's width. */
  load(array: string, place: string): string;
  /** WGSL of the statement that stores `value`. */
  store(array: string, place: string): string;
}

/**
 * @param halfOverflow undefined for 32 bits.
 * @param type of a single number in the kernel.
 */
export function storageFor(
  halfOverflow: HalfOverflow | undefined,
  type: string,
  width: Width,
): Storage {
  if (halfOverflow !== undefined) return halfStorage(halfOverflow, width);
  if (type === "atomic")
    return {
      elementType: "atomic<u32>",
      load: (array, place) => `atomicLoad(&${array}[${place}])`,
      store: (array, place) => `atomicStore(&${array}[${place}], value)`,
    };
  return {
    elementType: typeName(type, width),
    load: (array, place) => `${array}[${place}]`,
    store: (array, place) => `${array}[${place}] = value`,
  };
}

export function typeName(type: string, width: Width): string {
  const single = type === "atomic" ? "u32" : type;
  return width === 1 ? single : `vec${width}<${single}>`;
}

/** Returns the WGSL functions that these accessors call. */
export function halfFunctions(accessors: readonly string[]): readonly string[] {
  return accessors.some((accessor) => accessor.includes(HALVES_OF)) ? [TO_HALVES] : [];
}

const HALVES_OF = "halves_of(";
/** The largest finite 16-bit float, and infinity. */
const LIMIT: Readonly<Record<HalfOverflow, string>> = { clamped: "0x7bffu", infinite: "0x7c00u" };

function halfStorage(halfOverflow: HalfOverflow, width: Width): Storage {
  const limit = LIMIT[halfOverflow];
  switch (width) {
    case 4:
      return {
        elementType: "vec2<u32>",
        load: (array, place) =>
          `vec4<f32>(unpack2x16float(${array}[${place}].x), unpack2x16float(${array}[${place}].y))`,
        store: (array, place) =>
          `${array}[${place}] = vec2<u32>(${HALVES_OF}value.xy, ${limit}), ${HALVES_OF}value.zw, ${limit}))`,
      };
    case 2:
      return {
        elementType: "u32",
        load: (array, place) => `unpack2x16float(${array}[${place}])`,
        store: (array, place) => `${array}[${place}] = ${HALVES_OF}value, ${limit})`,
      };
    case 1:
      return {
        elementType: "u32",
        load: (array, place) => `unpack2x16float(${array}[(${place}) / 2u])[(${place}) % 2u]`,
        store() {
          throw new RangeError("one thread cannot write half a word");
        },
      };
  }
}

/** 65520 is the first number nearer to 65536, 0x7f800000 infinity. Comparisons of bits hold for NaN too. */
const TO_HALVES = `fn ${HALVES_OF}value: vec2<f32>, limit: u32) -> u32 {
  let bits = bitcast<vec2<u32>>(value);
  let size = bits & vec2<u32>(0x7fffffffu);
  let beyond = size >= vec2<u32>(0x477ff000u);
  let near = (bits + vec2<u32>(0xfffu) + ((bits >> vec2<u32>(13u)) & vec2<u32>(1u))) & vec2<u32>(0xffffe000u);
  let within = pack2x16float(select(bitcast<vec2<f32>>(near), vec2<f32>(0.0), beyond));
  let end = select(vec2<u32>(limit), vec2<u32>(0x7e00u), size > vec2<u32>(0x7f800000u));
  let ends = select(vec2<u32>(0u), end | ((bits >> vec2<u32>(16u)) & vec2<u32>(0x8000u)), beyond);
  return within | ends.x | (ends.y << 16u);
}`;
