/** The path of the repository. Every script builds its paths from here, whatever folder it is called from. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)));
