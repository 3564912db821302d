import react from "@vitejs/plugin-react";
import { type Connect, defineConfig, type Plugin } from "vite";
import { dressCharts } from "./scripts/dressCharts.ts";
import { loadParts } from "./scripts/loadParts.ts";
import { optimizerWords } from "./scripts/optimizerWords.ts";

/**
 * Isolates the page from other origins, which enables SharedArrayBuffer and exact clocks for threads and measurements. On hosts
 * without these headers, `src/worker/isolation.ts` adds them.
 */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Shards are compressed files, and their checksums are those of the packed bytes. With this content type, no server in between
 * compresses them again or makes the browser unpack them. The names of the built page's scripts and styles contain a hash of
 * their content, so a browser never has to revalidate one.
 */
function describeFiles(): Plugin {
  const setType: Connect.NextHandleFunction = (request, response, next) => {
    if (/[.]shard(\?|$)/.test(request.url ?? "")) {
      response.setHeader("Content-Type", "application/octet-stream");
    }
    next();
  };
  const setAge: Connect.NextHandleFunction = (request, response, next) => {
    if (/[/]assets[/]/.test(request.url ?? "")) {
      response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    }
    next();
  };
  return {
    name: "describe-files",
    configureServer: (server) => {
      server.middlewares.use(setType);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use(setType);
      server.middlewares.use(setAge);
    },
  };
}

export default defineConfig({
  // Relative addresses: the built page works at any path of any static host.
  base: "./",
  // There is one real page. A missing file must answer 404 and not with the page.
  appType: "mpa",
  plugins: [
    react({ jsxImportSource: "#jsx" }),
    dressCharts(),
    loadParts(),
    optimizerWords(),
    describeFiles(),
  ],
  resolve: {
    alias: [
      // React has this hook since version 18, so the shim for older versions is left out of the first load.
      { find: /^use-sync-external-store\/shim$/, replacement: "react" },
      {
        find: /^use-sync-external-store\/shim\/with-selector$/,
        replacement: "use-sync-external-store/with-selector",
      },
    ],
  },
  worker: { format: "es", plugins: () => [loadParts(), optimizerWords()] },
  build: {
    target: "es2022",
    // Browsers without module preload load the page a little later. The polyfill would cost all browsers.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "src/worker/isolation.ts"],
      output: {
        // A service worker must be in the folder of its page, under a name that never changes.
        entryFileNames: ({ name }) =>
          name === "isolation" ? "[name].js" : "assets/[name]-[hash].js",
        // Merges small files of the first load that later parts share, because one file compresses better than six.
        codeSplitting: {
          groups: [
            {
              name: "shared",
              test: /src[\\/](core[\\/](shape|units|errors|network)|settings[\\/]ownData|store[\\/]page[\\/]viewState|ui[\\/]copyText)[.]ts$/,
            },
          ],
        },
      },
    },
    // Every asset is a separate file, so that measured sizes are those that are loaded.
    assetsInlineLimit: 0,
    // tfjs is one large chunk, loaded only when a run starts.
    chunkSizeWarningLimit: 2500,
  },
  // Lists the worker's packages in advance, so that the development server does not reload the page during a run.
  optimizeDeps: {
    entries: ["index.html", "src/worker/main.ts"],
    rolldownOptions: { plugins: [dressCharts()] },
  },
  server: { host: "127.0.0.1", port: 5173, headers },
  preview: { host: "127.0.0.1", port: 4173, headers },
});
