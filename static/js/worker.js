// Registers the worker that keeps the page for no network; after all that the person waits for.

export function startWorker() {
  if (!navigator.serviceWorker || !document.body.dataset.user) return;
  addEventListener("load", () => navigator.serviceWorker.register("/service-worker.js").catch(() => {}));
}
