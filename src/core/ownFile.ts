/** A file that a person chose or dropped. It stays on the machine and is read in place, in pieces. */
export interface OwnFile {
  /** Includes the folders that the file was chosen or dropped with: `train/cat/001.jpg`. */
  readonly path: string;
  readonly file: Blob;
  /** Only of an archive: the entries that an earlier inspection found unusable, by their names in the archive. */
  readonly without?: readonly string[] | undefined;
  /** Of its contents, from the inspection (`data/own/checksums.ts`). */
  readonly checksum?: string | undefined;
}
