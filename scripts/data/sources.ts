/**
 * Searches the possible sources of the official files in order. A source only finds or downloads files; `officialFiles.ts`
 * verifies them before they are used.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fetchDebianPackage, PACKAGE_FOLDER } from "./debianPackage.ts";
import { downloadOfficialFiles } from "./officialAddress.ts";
import {
  NotThereError,
  OFFICIAL_FILES,
  type OfficialSet,
  readOfficialSet,
} from "./officialFiles.ts";

export interface Source {
  readonly title: string;
  /**
   * Returns a folder with the four files, which may be missing or damaged.
   * @param workFolder an empty folder for downloads; deleted afterwards
   * @throws NotThereError
   */
  find(workFolder: string): Promise<string>;
  /** Verified files are copied to the cache. */
  readonly isDownload: boolean;
  /** A person configured this source, so missing files are worth a warning. */
  readonly isChosen: boolean;
}

/** @param cacheFolder the local cache; it is read as a source, and downloads fill it */
export function allSources(
  cacheFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Source[] {
  const userFolder = environment.FASHION_MNIST_DIR;
  const folderSource = (title: string, folder: string, isChosen = false): Source => ({
    title,
    find: async () => folder,
    isDownload: false,
    isChosen,
  });
  const download = (title: string, find: Source["find"]): Source => ({
    title,
    find,
    isDownload: true,
    isChosen: false,
  });
  return [
    ...(userFolder ? [folderSource("FASHION_MNIST_DIR", userFolder, true)] : []),
    folderSource("the local cache", cacheFolder),
    folderSource("Debian's package, installed", `/${PACKAGE_FOLDER}`),
    download("Debian's package, downloaded", fetchDebianPackage),
    download("the official address", (folder) => downloadOfficialFiles(folder)),
  ];
}

export interface Search {
  readonly sources: readonly Source[];
  readonly cacheFolder: string;
  /** Downloads are collected below it and removed again. */
  readonly workFolder: string;
  /** Called at once for a source with a damaged file, and for a configured one without files. */
  readonly onWarning: (text: string) => void;
}

export interface SearchResult {
  /** Undefined when no source has the official files. */
  readonly found: { readonly set: OfficialSet; readonly source: string } | undefined;
  /** Why each source before it failed: one line each. */
  readonly failures: readonly string[];
}

/**
 * Returns the files of the first source that has the official ones.
 * @param read reads and verifies the files in a folder
 */
export async function findOfficialSet(
  search: Search,
  read: (folder: string) => Promise<OfficialSet> = readOfficialSet,
): Promise<SearchResult> {
  const failures: string[] = [];
  for (const source of search.sources) {
    await mkdir(search.workFolder, { recursive: true });
    try {
      const folder = await source.find(search.workFolder);
      const set = await read(folder);
      if (source.isDownload) await keep(folder, search.cacheFolder);
      return { found: { set, source: source.title }, failures };
    } catch (error) {
      const failure = `${source.title}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(failure);
      if (source.isChosen || !(error instanceof NotThereError)) search.onWarning(failure);
    } finally {
      await rm(search.workFolder, { recursive: true, force: true });
    }
  }
  return { found: undefined, failures };
}

async function keep(folder: string, cacheFolder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  for (const { name } of OFFICIAL_FILES) {
    await cp(join(folder, `${name}.gz`), join(cacheFolder, `${name}.gz`));
  }
}
