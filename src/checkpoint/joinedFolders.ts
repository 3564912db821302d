/** The checkpoints of all storages that a browser has, as one. A storage that is missing or denied counts as empty. */
import type { ReadableFolder } from "./checkpointStore.ts";
import { databaseFolders } from "./databaseFolders.ts";
import { opfsFolders } from "./opfsFolders.ts";
import type { RunFolders } from "./runFolders.ts";

export function browserFolders(): RunFolders {
  return joinedFolders([opfsFolders(), databaseFolders()]);
}

/** @returns folders of which `ids` rejects only when no storage is there */
export function joinedFolders(storages: readonly RunFolders[]): RunFolders {
  const ofAll = <T>(act: (storage: RunFolders) => Promise<T>) =>
    Promise.allSettled(storages.map(act));
  const good = <T>(results: readonly PromiseSettledResult<T>[]): readonly T[] =>
    results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));

  async function holders(runId: string): Promise<readonly RunFolders[]> {
    const ids = await ofAll((storage) => storage.ids());
    return storages.filter((_, index) => {
      const result = ids[index];
      return result?.status === "fulfilled" && result.value.includes(runId);
    });
  }

  return {
    async ids() {
      const results = await ofAll((storage) => storage.ids());
      const [first] = results;
      if (first?.status === "rejected" && good(results).length === 0) throw first.reason;
      return [...new Set(good(results).flat())];
    },
    folder: (runId) => joinedFolder(storages.map((storage) => storage.folder(runId))),
    discard: async (runId) => void (await ofAll((storage) => storage.discard(runId))),
    async isPinned(runId) {
      return good(await ofAll((storage) => storage.isPinned(runId))).includes(true);
    },
    async pin(runId, isPinned) {
      const [first = storages[0]] = await holders(runId);
      await first?.pin(runId, isPinned);
    },
  };
}

function joinedFolder(folders: readonly ReadableFolder[]): ReadableFolder {
  return {
    async names() {
      const names = await Promise.all(folders.map((folder) => folder.names().catch(() => [])));
      return names.flat();
    },
    open: (name) => Promise.any(folders.map((folder) => folder.open(name))),
  };
}
