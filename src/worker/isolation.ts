/**
 * The service worker's entry, for hosts that send no headers of their own: adds those that isolate the page. It
 * keeps nothing, so that caching and being offline are as without it. `store/page/isolation.ts` says when it is used.
 */
import { isolatedResponse, needsIsolation } from "./isolatedResponse.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!needsIsolation(request, self.location.origin)) return;
  event.respondWith(fetch(request).then(isolatedResponse));
});
