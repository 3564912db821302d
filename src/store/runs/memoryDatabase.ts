/** Keeps runs for this visit only, where the browser has no database. */
import type { RunDatabase } from "./runDatabase.ts";

export function createMemoryDatabase(): RunDatabase {
  const heads = new Map<string, object>();
  const bodies = new Map<string, object>();
  return {
    heads: async () => [...heads.values()],
    body: async (id) => bodies.get(id),
    async put({ head, body }) {
      heads.set(head.id, head);
      bodies.set(head.id, body);
    },
    async change(id, change) {
      const head = heads.get(id);
      if (head !== undefined) heads.set(id, { ...head, ...change });
    },
    async remove(ids) {
      for (const id of ids) {
        heads.delete(id);
        bodies.delete(id);
      }
    },
    async clear() {
      heads.clear();
      bodies.clear();
    },
  };
}
