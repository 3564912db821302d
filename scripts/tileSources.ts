/**
 * Prints the register tiles that every matrix product consists of: six rows by eight columns of the result. Its twelve vectors,
 * two of the right factor and one of the left take all the registers that V8 uses on x86. The loops are not unrolled, because
 * that made them slower by a fifth (ADR 11). AssemblyScript has no macros, so that each row of a tile is printed.
 *
 * `b` is `[depth, 8]`. The rows of `c` are `strideC` bytes apart; a tile replaces them, or adds to them where `accumulate`.
 */
import { indented } from "./kernelLanguage.ts";

/** Returns the file `generated/tiles.ts`. */
export function tilesSource(note: string): string {
  return [
    note,
    'import { madd } from "../shared/arithmetic";',
    'import { putRow } from "../shared/stores";',
    tileOfRows(6),
    transposedTile("tileOfSix", 6),
    transposedTile("tileOfFour", 4),
  ].join("\n");
}

/**
 * `a` is `[rows, depth]` with rows `strideA` bytes apart and one to `most` of them; further rows of the tile are arbitrary. `b`
 * is a packed panel.
 */
function tileOfRows(most: number): string {
  const starts = rowsOf(most).map((row) =>
    row === 0 ? "const a0 = a;" : `const a${row} = rows > ${row} ? a${row - 1} + strideA : a;`,
  );
  return tile("tileOfRows", "rows: i32, a: usize, strideA: usize, b: usize", most, [
    ...starts,
    "let right = b;",
    "const end = (<usize>depth) << 2;",
    "for (let at: usize = 0; at < end; at += 4) {",
    ...products(most, (row) => `v128.load_splat<f32>(a${row} + at)`),
    "  right += 32;",
    "}",
  ]);
}

/**
 * `a` is `[depth, numRows]`, the transposed left factor. Rows of `a` are `strideA` bytes apart and those of `b` `strideB` bytes,
 * so that both may be panels or columns of a matrix in memory.
 */
function transposedTile(name: string, numRows: number): string {
  return tile(name, "a: usize, strideA: usize, b: usize, strideB: usize", numRows, [
    "let left = a;",
    "let right = b;",
    "for (let rest = depth; rest > 0; rest -= 1) {",
    ...products(numRows, (row) => `v128.load_splat<f32>(left, ${4 * row})`),
    "  left += strideA;",
    "  right += strideB;",
    "}",
  ]);
}

function tile(name: string, factors: string, numRows: number, loop: readonly string[]): string {
  const given = `depth: i32, ${factors}, c: usize, strideC: usize, accumulate: bool`;
  const body = [
    ...rowsOf(numRows).flatMap((row) => [
      `let c${row}0 = f32x4.splat(0);`,
      `let c${row}1 = f32x4.splat(0);`,
    ]),
    ...loop,
    "let target = c;",
    ...rowsOf(numRows).flatMap((row) => [
      ...(row > 0 ? ["target += strideC;"] : []),
      `putRow(target, c${row}0, c${row}1, accumulate);`,
    ]),
  ];
  return `export function ${name}(${given}): void {\n${indented(body, 1)}}\n`;
}

function products(numRows: number, load: (row: number) => string): readonly string[] {
  return [
    "  const b0 = v128.load(right);",
    "  const b1 = v128.load(right, 16);",
    ...rowsOf(numRows).flatMap((row) => [
      `  ${row === 0 ? "let x" : "x"} = ${load(row)};`,
      `  c${row}0 = madd(x, b0, c${row}0);`,
      `  c${row}1 = madd(x, b1, c${row}1);`,
    ]),
  ];
}

function rowsOf(count: number): readonly number[] {
  return [...Array(count).keys()];
}
