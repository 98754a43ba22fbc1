/* The service worker of the page for a time without a network: the page and its files from the device.

   KEPT (version, page, files) is written before this text by the server. Bills are never kept here. */
"use strict";
const CACHE = `benefits-offline-${KEPT.version}`;

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
    for (const name of await caches.keys())
      if (name.startsWith("benefits-offline-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET") return;
  if (path === KEPT.page)
    event.respondWith((async () => {
      try {
        const answer = await fetch(event.request);
        if (answer.status < 500) return answer;
      } catch { /* no network: the kept page */ }
      return (await caches.match(KEPT.page, { cacheName: CACHE })) || Response.error();
    })());
  else if (KEPT.files.includes(path))
    event.respondWith((async () => (await caches.match(path, { cacheName: CACHE })) || fetch(event.request))());
});
