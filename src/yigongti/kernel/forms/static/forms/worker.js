/* The service worker of one's own checklists: the page and its files from the device, everything else from the network.

   KEPT (version, page, files, network) is written before this text by the server. A new version is kept whole before it is
   used; older copies are removed. Answers and checklists are never kept here: they lie in the account's own store. */
"use strict";
const CACHE = `forms-work-${KEPT.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEPT.files.map((file) => new Request(file, { cache: "reload" })));
    const page = await fetch(KEPT.page, { redirect: "manual", cache: "reload" });
    if (page.ok) await cache.put(KEPT.page, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("forms-work-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

/* the page from the network; from the device when there is none, or when it lets itself be waited for too long */
const PATIENCE = 4000;

const fresh = async (request) => {
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") await (await caches.open(CACHE)).put(KEPT.page, answer.clone());
  if (answer.status >= 500) throw new Error("the server failed");
  return answer;
};

const page = async (request) => {
  const kept = await caches.match(KEPT.page, { cacheName: CACHE });
  if (!kept) return fresh(request);
  const late = new Promise((over) => setTimeout(() => over(kept), PATIENCE));
  return Promise.race([fresh(request).catch(() => kept), late]);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || KEPT.network.includes(pathname)) return;
  if (request.mode === "navigate") {
    if (pathname === KEPT.page) event.respondWith(page(request));
    return;
  }
  if (KEPT.files.some((file) => new URL(file, origin).pathname === pathname))
    event.respondWith((async () => (await caches.match(request, { cacheName: CACHE, ignoreSearch: true })) || fetch(request))());
});
