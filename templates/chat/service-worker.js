// Keeps one page, for when there is no network, and what that page needs to look like one.
// Never a page with a person's words: those come from the server or not at all.

const NAME = "shell-{{ version }}";
const OFFLINE = "{% url 'chat:show_offline' %}";
const STYLES = [{% for address in shell %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

async function install() {
  const shell = await caches.open(NAME);
  // The address of a style changes with it, so what the browser has of it is good.
  await shell.addAll([new Request(OFFLINE, { cache: "reload" }), ...STYLES]);
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function style(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}

async function open(address) {
  const pages = await self.clients.matchAll({ type: "window" });
  const there = pages.find((it) => it.url === address) ?? pages[0];
  await (there ? there.focus() : self.clients.openWindow(address));
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOwn = new URL(request.url).origin === self.location.origin;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event));
  else if (isOwn && STYLES.includes(new URL(request.url).pathname)) event.respondWith(style(request));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
