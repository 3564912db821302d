/** `npm run build`: builds the page into dist/. With `--if-changed`, only when its sources have changed. */
import { parseArgs } from "node:util";
import { buildPage } from "./buildPage.ts";

const { values } = parseArgs({ options: { "if-changed": { type: "boolean", default: false } } });
await buildPage({ always: !values["if-changed"] });
