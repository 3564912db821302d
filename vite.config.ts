import react from "@vitejs/plugin-react";
import { type Connect, defineConfig, type Plugin } from "vite";
import { dressCharts } from "./scripts/dressCharts.ts";
import { loadParts } from "./scripts/loadParts.ts";

/**
 * Isolated from other origins: SharedArrayBuffer and exact clocks, which threads and measurements need. On hosts
 * without these headers, `src/worker/isolation.ts` adds them.
 */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Shards are compressed by themselves and checked by their checksum as they lie there. Told what they are,
 * no server in between compresses them again or lets the browser unpack them. The built page's scripts and styles have
 * their content in their names: a browser that has one need not ask again whether it is still the same.
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
  // One real page. A file that is missing answers 404, not the page.
  appType: "mpa",
  plugins: [react({ jsxImportSource: "#jsx" }), dressCharts(), loadParts(), describeFiles()],
  resolve: {
    alias: [
      // React has had this hook since 18: what stands in for it in older ones is left out of the first load.
      { find: /^use-sync-external-store\/shim$/, replacement: "react" },
      {
        find: /^use-sync-external-store\/shim\/with-selector$/,
        replacement: "use-sync-external-store/with-selector",
      },
    ],
  },
  worker: { format: "es", plugins: () => [loadParts()] },
  build: {
    target: "es2022",
    // Browsers without it load the page all the same, a little later; its stand-in costs everybody.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "src/worker/isolation.ts"],
      output: {
        // A service worker lies beside the page that it serves, under a name that never changes.
        entryFileNames: ({ name }) =>
          name === "isolation" ? "[name].js" : "assets/[name]-[hash].js",
        // Small files of the first load that later parts share: one compresses better than six.
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
    // Every asset is a file of its own, so that what is measured is what is loaded.
    assetsInlineLimit: 0,
    // tfjs is one large chunk, loaded only when a run starts.
    chunkSizeWarningLimit: 2500,
  },
  // The worker's packages are known from the start, so that development does not reload the page mid-run.
  optimizeDeps: {
    entries: ["index.html", "src/worker/main.ts"],
    rolldownOptions: { plugins: [dressCharts()] },
  },
  server: { host: "127.0.0.1", port: 5173, headers },
  preview: { host: "127.0.0.1", port: 4173, headers },
});
