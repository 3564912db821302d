/**
 * Finds by name which file is which in a data set of four files: images and labels for training and test. The files may be in
 * zips and packed with gzip. All other files are left out.
 */
import { PlaygroundError } from "../../core/errors.ts";
import {
  FILE_FORMATS,
  type FileFormat,
  type FileFormatName,
  fileFormatOf,
} from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { type GivenFile, handedOver, headsOf } from "./handedOver.ts";
import { type LeftOut, listed, reasonOfFormat } from "./leftOut.ts";
import { nameOf, requireMemory, requireNoBomb, unreadable, wrongFile } from "./ownFile.ts";

export type Role = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** A third part, which arrays may have. */
type ValidationRole = "validationImages" | "validationLabels";

export interface FourFiles {
  readonly files: Readonly<Record<Role, OwnFile>>;
  /** Only where there are files for the test too. */
  readonly validation?: { readonly images: OwnFile; readonly labels: OwnFile };
  readonly leftOut: readonly LeftOut[];
  readonly hidden: readonly string[];
}

export interface RoleNames {
  /** The usual names, for messages. */
  readonly names: Readonly<Record<Role, string>>;
  /** What such a file is, to follow "not" in a message. */
  readonly wanted: string;
  readonly format: FileFormatName;
  /** Returns the role that a file's name implies. */
  roleOf(name: string): Role | ValidationRole | undefined;
}

const PIECE_BYTES = 2 ** 22;

interface Candidate {
  readonly file: GivenFile;
  readonly role: Role | ValidationRole;
  /** True when its first bytes are those of the format, packed or not. */
  readonly isRight: boolean;
  readonly format: FileFormatName;
}

/** @throws PlaygroundError `file.invalid` when a file is missing, or two files have the same role */
export async function fourFiles(files: readonly OwnFile[], names: RoleNames): Promise<FourFiles> {
  const all = await handedOver(files);
  const heads = await headsOf(all.files);
  const leftOut: LeftOut[] = [...all.leftOut];
  const candidates: Candidate[] = [];
  all.files.forEach((file, at) => {
    const head = heads[at];
    const format = head instanceof Uint8Array ? fileFormatOf(head) : "unknown";
    const isRight = format === names.format || format === "gzip";
    const role = names.roleOf(nameOf(file.path));
    if (role !== undefined) candidates.push({ file, role, isRight, format });
    else {
      const reason = isRight
        ? "its name does not say which of the four files it is"
        : reasonOfFormat(format, names.wanted);
      leftOut.push(file.leftOut(reason));
    }
  });
  const given = new Set(candidates.map(({ role }) => role));
  const choose = async (wanted: Role | ValidationRole, name: string) => {
    // Without a file for the test, that for validation also tests.
    const own = candidates.filter(({ role }) => {
      const test = testRoleOf(role);
      return wanted === (given.has(test) ? role : test);
    });
    const chosen = await chosenOf(own, name);
    const known = own.find(({ file, isRight }) => file === chosen && !isRight);
    if (known !== undefined) requireUnknown(known, names.wanted);
    for (const { file, isRight } of own) {
      if (chosen === undefined || file === chosen) continue;
      const reason = isRight ? `${nameOf(chosen.path)} is that part` : `not ${names.wanted}`;
      leftOut.push(file.leftOut(reason));
    }
    return chosen;
  };
  const chosen: Readonly<Record<Role, GivenFile | undefined>> = {
    trainImages: await choose("trainImages", names.names.trainImages),
    trainLabels: await choose("trainLabels", names.names.trainLabels),
    testImages: await choose("testImages", names.names.testImages),
    testLabels: await choose("testLabels", names.names.testLabels),
  };
  const images = await choose("validationImages", "file of images for validation");
  const labels = await choose("validationLabels", "file of labels for validation");
  const isPair = images !== undefined && labels !== undefined;
  const alone = isPair ? undefined : (images ?? labels);
  if (alone !== undefined) leftOut.push(alone.leftOut("the other file of this part is missing"));
  const unpack = async (file: GivenFile): Promise<OwnFile> => {
    requireMemory(file.path, file.sizeBytes);
    return { path: file.path, file: await unpacked(file) };
  };
  const open = async (role: Role): Promise<OwnFile> => {
    const file = chosen[role];
    if (file === undefined) throw missing(role, names, candidates, leftOut);
    return unpack(file);
  };
  return {
    files: {
      trainImages: await open("trainImages"),
      trainLabels: await open("trainLabels"),
      testImages: await open("testImages"),
      testLabels: await open("testLabels"),
    },
    ...(isPair && { validation: { images: await unpack(images), labels: await unpack(labels) } }),
    leftOut,
    hidden: all.hidden,
  };
}

function testRoleOf(role: Role | ValidationRole): Role {
  if (role === "validationImages") return "testImages";
  return role === "validationLabels" ? "testLabels" : role;
}

/** @throws PlaygroundError `file.invalid` for a file of another program, or one that only stands for a file */
function requireUnknown({ file, format }: Candidate, wanted: string): void {
  const { title, use, advice }: FileFormat = FILE_FORMATS[format];
  if (use === "idx" || use === "npy" || ["text", "empty", "unknown"].includes(format)) return;
  throw wrongFile(file.path, {
    rule: "the file is not what its name says",
    expected: wanted,
    got: title,
    remedy: advice === undefined ? "Choose the right file." : `To use it, ${advice}.`,
  });
}

/** @throws PlaygroundError `file.invalid` when two files fit the role, unless they are copies */
async function chosenOf(own: readonly Candidate[], name: string): Promise<GivenFile | undefined> {
  const right = own.filter(({ isRight }) => isRight);
  const [chosen, ...others] = (right.length > 0 ? right : own).map(({ file }) => file);
  for (const other of others) {
    if (chosen === undefined || (await isCopy(chosen, other))) continue;
    throw wrongFile(other.path, {
      rule: "two files are the same part",
      expected: `one ${name}`,
      got: `${chosen.path} and ${other.path}`,
      remedy: "Leave one out.",
    });
  }
  return chosen;
}

/** Compares byte by byte, because archives of MNIST contain each file twice. */
async function isCopy(one: GivenFile, other: GivenFile): Promise<boolean> {
  if (one.sizeBytes !== other.sizeBytes) return false;
  const [left, right] = [await one.read(), await other.read()];
  for (let first = 0; first < left.size; first += PIECE_BYTES) {
    const [bytes, others] = await Promise.all(
      [left, right].map(
        async (blob) => new Uint8Array(await blob.slice(first, first + PIECE_BYTES).arrayBuffer()),
      ),
    );
    if (bytes?.some((byte, at) => byte !== others?.[at])) return false;
  }
  return true;
}

function missing(
  role: Role,
  { names, format }: RoleNames,
  candidates: readonly Candidate[],
  leftOut: readonly LeftOut[],
): Error {
  const found = [...candidates.map(({ file }) => file.path), ...leftOut.map(({ name }) => name)];
  return wrongFile(names[role], {
    rule: "the file is missing",
    expected: Object.values(names).join(", "),
    got: listed(found.map(nameOf)) || "no file",
    remedy: `Choose or drop all four files together, each ${FILE_FORMATS[format].title}.`,
  });
}

/** Removes gzip. The IDX reader does not need this, because it unpacks while it reads. */
async function unpacked(given: GivenFile): Promise<Blob> {
  const file = await given.read();
  if (!/[.]np[yz][.]gz$/i.test(given.path)) return file;
  let sizeBytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      sizeBytes += chunk.length;
      requireMemory(given.path, sizeBytes);
      requireNoBomb({ path: given.path, file }, sizeBytes);
      controller.enqueue(Uint8Array.from(chunk));
    },
  });
  const stream = file.stream().pipeThrough(new DecompressionStream("gzip")).pipeThrough(counted);
  return new Response(stream).blob().catch((error: unknown) => {
    throw error instanceof PlaygroundError ? error : unreadable(given.path, error);
  });
}

/** @throws PlaygroundError `file.invalid` unless there are images and as many labels as images. */
export function requireSameLength(
  images: OwnFile,
  numImages: number,
  labels: OwnFile,
  numLabels: number,
): void {
  if (numImages === numLabels && numImages > 0) return;
  throw wrongFile(labels.path, {
    rule: numImages === numLabels ? "there is no image" : "images and labels are not as many",
    expected:
      numImages === 0 ? "images" : `${numImages} labels, as ${nameOf(images.path)} has images`,
    got: String(numLabels),
    remedy: "Save images and labels of the same examples.",
  });
}
