/**
 * Stand-ins for scripts whose import has failed. Firefox and WebKit remember the address of a failed module and never load it
 * again. A stand-in is a copy of the fetched script under another address. Every later import of the script gets the stand-in,
 * so that the module exists only once. Scripts that can be imported normally are.
 */

/** Keyed by the address of the script. */
const standIns = new Map<string, string>();

export function hasStandIn(script: string): boolean {
  return standIns.has(script);
}

/**
 * Returns the address that imports the script: its own or its stand-in's.
 * @param scripts the scripts that may have failed; all others are loaded
 * @param read returns the text of a fetched script
 * @throws the error of importing a stand-in
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

/** Static imports as the bundler writes them: `from"./react-CaKr0epQ.js"` and `import"./charts-Bq4q8AuG.js"`. */
const STATIC_IMPORT = /\b(from|import)["'](\.\/[\w.-]+\.js)["']/g;
/** Names of files in the script's folder. */
const NEIGHBOUR = /(["'`])(\.\/[\w.-]+-[\w-]{8}\.(?:js|css|wasm))\1/g;

/**
 * Matches the messages of Chromium, Firefox and WebKit, in this order. Nothing else distinguishes a failed import from an error
 * of the module itself.
 */
export function isImportFailure(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|Importing a module script failed/i.test(error.message)
  );
}
