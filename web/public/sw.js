// Shows a page that says so when there is no network. It keeps nothing else: a poll is live, and
// what is old would be untrue.
const cacheName = 'offline-VERSION' // the build puts a hash of the page here
const page = 'offline.html'

addEventListener('install', event => {
  skipWaiting()
  event.waitUntil(caches.open(cacheName).then(cache => cache.addAll([page, 'offline.js'])))
})

addEventListener('activate', event => {
  event.waitUntil(
    Promise.all([
      registration.navigationPreload?.enable(), // so that a page does not wait for this script
      caches.keys().then(names => Promise.all(names.filter(n => n !== cacheName).map(n => caches.delete(n)))),
    ]),
  )
})

addEventListener('fetch', event => {
  const { request } = event
  if (request.mode === 'navigate') event.respondWith(visit(event))
  else if (request.url.endsWith('/offline.js'))
    // of whatever address the page stands for
    event.respondWith(caches.match('offline.js').then(kept => kept ?? fetch(request)))
})

async function visit(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request))
  } catch {
    return (await caches.match(page)) ?? Response.error()
  }
}
