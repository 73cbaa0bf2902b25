// Keeps what follows the clock on a site's page current: <div data-live="address" data-every="15">. The first answer
// also tells that a browser has opened the page. A link that has ended takes the page with it.
const region = document.querySelector("[data-live]");
const every = Math.max(5, Number(region?.dataset.every) || 15) * 1000;
let tag = null;

async function ask() {
  const response = await fetch(region.dataset.live, {
    headers: tag ? { "If-None-Match": tag } : {},
    cache: "no-store",
    signal: AbortSignal.timeout(every * 2),
  });
  if (response.status === 200) {
    const words = await response.text();
    if (region.innerHTML.trim() !== words.trim()) region.innerHTML = words;
    tag = response.headers.get("ETag");
  } else if (response.status === 404 || response.status === 410) {
    location.reload();
  }
}

async function round() {
  if (!document.hidden) {
    try {
      await ask();
    } catch {
      // No network in the hall: the next round tries again.
    }
  }
  setTimeout(round, every);
}

if (region) {
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask().catch(() => {}); });
  round();
}
