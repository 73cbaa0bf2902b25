// Keeping the page itself on the phone: the service worker, and how much of the page it holds.
const address = `${location.pathname.replace(/\/+$/, "")}/worker.js`;
let registration = null;

export async function keepPage() {
  if (!("serviceWorker" in navigator)) return false;
  try {
    registration = await navigator.serviceWorker.register(address, { scope: location.pathname, updateViaCache: "none" });
  } catch {
    return isKept(); // no network, or a browser that keeps nothing: what was kept before still works
  }
  offerStart();
  return isKept();
}

// A new version takes over when the page begins anew, never in the middle of scanning; and only when it is the
// version of this page.
function offerStart() {
  const script = document.querySelector("script[type=module]")?.src;
  registration.waiting?.postMessage({ start: script });
}

export async function isKept() {
  const found = await navigator.serviceWorker?.getRegistration(location.pathname);
  return Boolean(found?.active);
}

// {isKept, total, missing}: asked of the worker, which knows what belongs to its version.
export async function pageState() {
  const nothing = { isKept: false, total: 0, missing: [] };
  if (!("serviceWorker" in navigator)) return nothing;
  await keepPage();
  const worker = (await within(navigator.serviceWorker.ready, 20000))?.active;
  if (!worker) return nothing;
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => {
    channel.port1.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage({ check: true }, [channel.port2]);
  return (await within(answer, 20000)) ?? nothing;
}

export function within(promise, ms) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(null), ms))]);
}
