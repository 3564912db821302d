/**
 * Stand-ins for scripts whose import has failed: Firefox and WebKit remember the name of a module that failed and never
 * load it again under that name. A stand-in is the same script, from what was fetched, under a name of its own; whoever
 * imports the script gets the stand-in from then on, so that there is one of it. What can be imported as it is, is.
 */

/** By the address of the script. */
const standIns = new Map<string, string>();

export function hasStandIn(script: string): boolean {
  return standIns.has(script);
}

/**
 * The address that imports the script: its own, or its stand-in's.
 * @param scripts that may have failed; all others are loaded
 * @param read the text of a script that was fetched
 * @throws what the import of a stand-in does
 */
export async function importable(
  script: string,
  scripts: ReadonlySet<string>,
  read: (script: string) => Promise<string>,
): Promise<string> {
  const known = standIns.get(script);
  if (known !== undefined) return known;
  try {
    await import(/* @vite-ignore */ script);
    return script;
  } catch (error) {
    if (!isImportFailure(error)) throw error;
  }
  const text = await read(script);
  const addresses = new Map<string, string>();
  for (const [, , name = ""] of text.matchAll(STATIC_IMPORT)) {
    const { href } = new URL(name, script);
    const mayHaveFailed = scripts.has(href) || standIns.has(href);
    addresses.set(href, mayHaveFailed ? await importable(href, scripts, read) : href);
  }
  const placed = text
    .replace(NEIGHBOUR, (_, quote: string, name: string) => {
      const { href } = new URL(name, script);
      return `${quote}${addresses.get(href) ?? href}${quote}`;
    })
    .replaceAll("import.meta.url", JSON.stringify(script));
  const address = URL.createObjectURL(new Blob([placed], { type: "text/javascript" }));
  await import(/* @vite-ignore */ address);
  standIns.set(script, address);
  return address;
}

/** As the bundler writes them: `from"./react-CaKr0epQ.js"` and `import"./charts-Bq4q8AuG.js"`. */
const STATIC_IMPORT = /\b(from|import)["'](\.\/[\w.-]+\.js)["']/g;
/** Names of files beside the script. */
const NEIGHBOUR = /(["'`])(\.\/[\w.-]+-[\w-]{8}\.(?:js|css|wasm))\1/g;

/** Chromium, Firefox and WebKit, in this order; they have no other way to tell it from an error of the module itself. */
export function isImportFailure(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|Importing a module script failed/i.test(error.message)
  );
}
