/** Adds the headers that isolate a page from other origins to a response. Threads need an isolated page. */

/** `vite.config.ts` sends the same headers from our own servers. ADR 14 says what each one does. */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

/** Browsers require these headers for pages and workers. All other responses, above all data, pass unchanged. */
const DESTINATIONS: readonly string[] = ["document", "iframe", "sharedworker", "worker"];

export function needsIsolation(
  request: Pick<Request, "destination" | "url">,
  origin: string,
): boolean {
  return DESTINATIONS.includes(request.destination) && new URL(request.url).origin === origin;
}

/** Returns the same response with the headers. A redirect stays unchanged, because its contents are opaque. */
export function isolatedResponse(response: Response): Response {
  if (response.type === "opaqueredirect" || response.type === "error") return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}
