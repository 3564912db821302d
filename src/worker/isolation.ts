/**
 * The entry of the service worker, for hosts that do not send the isolation headers. It adds them to the page. It caches
 * nothing, so caching and offline behaviour are as without it. `store/page/isolation.ts` decides when it is used.
 */
import { isolatedResponse, needsIsolation } from "./isolatedResponse.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!needsIsolation(request, self.location.origin)) return;
  event.respondWith(fetch(request).then(isolatedResponse));
});
