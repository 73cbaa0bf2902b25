// Keeps the page at the door on the phone. The server puts VERSION, PAGES (by language) and FILES before this.
/* global VERSION, PAGES, FILES, PAGE */
const NAME = `scan-${VERSION}`;
const MEMORY = "scan-memory";
const PATIENCE_MS = 2000;

self.addEventListener("install", (event) => event.waitUntil(keepEverything()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request, url));
  else if (FILES.includes(url.pathname)) event.respondWith(file(request, url));
});

self.addEventListener("message", (event) => {
  if (event.data?.check) event.waitUntil(check(event.ports[0]));
  if (event.data?.start) event.waitUntil(startWith(event.data.start));
});

// Files have names that change with their content: what the browser holds already is good enough.
async function keepEverything() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  for (const address of Object.values(PAGES)) {
    await cache.add(new Request(address, { cache: "reload", credentials: "omit" }));
  }
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("scan-") && name !== NAME && name !== MEMORY) await caches.delete(name);
  }
  await self.clients.claim();
}

// The network first, for two seconds; then the page as it was kept, in the language it was last shown in.
async function page(request, url) {
  const fresh = fetch(request).then((response) => {
    if (response.status >= 500) throw new Error(String(response.status));
    return response;
  });
  fresh.catch(() => {});
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const answer = await Promise.race([fresh, late]).catch(() => null);
  if (answer) {
    await rememberLanguage(answer.headers.get("Content-Language"));
    return answer;
  }
  const language = PAGES[url.searchParams.get("language")] ? url.searchParams.get("language") : await lastLanguage();
  const kept = await (await caches.open(NAME)).match(PAGES[language] ?? Object.values(PAGES)[0]);
  if (!kept) return fresh;
  await rememberLanguage(language);
  return kept;
}

async function file(request, url) {
  return (await (await caches.open(NAME)).match(url.pathname)) ?? fetch(request);
}

async function rememberLanguage(language) {
  if (!PAGES[language]) return;
  await (await caches.open(MEMORY)).put("/scan-language", new Response(language));
}

async function lastLanguage() {
  const kept = await (await caches.open(MEMORY)).match("/scan-language");
  return kept ? kept.text() : Object.keys(PAGES)[0];
}

async function check(port) {
  const cache = await caches.open(NAME);
  const wanted = [...FILES, ...Object.values(PAGES)];
  const held = await Promise.all(wanted.map((address) => cache.match(address)));
  const missing = wanted.filter((_, at) => !held[at]);
  if (missing.length) await keepEverything().catch(() => {});
  port.postMessage({ isKept: !missing.length, total: wanted.length, missing, version: VERSION });
}

// A page that begins and is of our version may have us, unless another one is at work.
async function startWith(script) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const atWork = pages.filter((client) => new URL(client.url).pathname === PAGE);
  if (atWork.length <= 1 && FILES.includes(new URL(script).pathname)) await self.skipWaiting();
}
