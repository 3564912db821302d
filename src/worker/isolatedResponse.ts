/** The headers that isolate a page from other origins, put on a response. Threads need an isolated page. */

/** Also in `vite.config.ts`, for servers of our own; what each one does: adr/0014. */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

/** What the browser asks these headers of: pages and workers. All else passes untouched, data above all. */
const DESTINATIONS: readonly string[] = ["document", "iframe", "sharedworker", "worker"];

export function needsIsolation(
  request: Pick<Request, "destination" | "url">,
  origin: string,
): boolean {
  return DESTINATIONS.includes(request.destination) && new URL(request.url).origin === origin;
}

/** The same response with the headers. A redirect, which nobody may read, stays as it is. */
export function isolatedResponse(response: Response): Response {
  if (response.type === "opaqueredirect" || response.type === "error") return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}
