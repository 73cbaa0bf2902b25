// Keeps a board current: <section data-board="fragment url" data-every="3" data-stale="sentence" data-tag="ETag of what
// the page holds already, if it is known">.
// The fragment replaces the inside of [data-board-region]; when none arrives for three rounds the board says so.
const board = document.querySelector("[data-board]");
const region = board.querySelector("[data-board-region]");
const warning = board.querySelector("[data-board-stale]");
const every = Math.max(2, Number(board.dataset.every) || 3) * 1000;
let tag = board.dataset.tag || null;
let fresh = Date.now();

// What finds the link again that has the focus, after the fragment has taken its place; the reader stays where they are.
function where(element) {
  if (!region.contains(element)) return null;
  return element.id ? `#${CSS.escape(element.id)}` : `a[href="${CSS.escape(element.getAttribute("href") ?? "")}"]`;
}

async function ask() {
  const response = await fetch(board.dataset.board, {
    headers: tag ? { "If-None-Match": tag } : {},
    cache: "no-store",
    signal: AbortSignal.timeout(every * 2),
  });
  if (response.status === 200) {
    const held = where(document.activeElement);
    region.innerHTML = await response.text();
    if (held) region.querySelector(held)?.focus({ preventScroll: true });
    tag = response.headers.get("ETag");
  } else if (response.status !== 304) {
    throw new Error(`status ${response.status}`);
  }
  fresh = Date.now();
  showMoment(response.headers.get("Board-As-Of"));
}

// "Nothing new" is news too: these figures were read at this moment again.
function showMoment(moment) {
  const shown = region.querySelector("[data-board-asof]");
  if (shown && moment) shown.textContent = new Date(moment).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
}

function tell() {
  const stale = Date.now() - fresh > every * 3;
  board.classList.toggle("board--stale", stale);
  if (!warning || warning.hidden === !stale) return;
  const since = new Date(fresh).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  warning.textContent = stale ? board.dataset.stale.replace("{time}", since) : "";
  warning.hidden = !stale;
}

async function round() {
  if (!document.hidden) {
    try {
      await ask();
    } catch {
      // The network is away or the server busy: the next round tries again, tell() says since when.
    }
    tell();
  }
  setTimeout(round, every);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) ask().catch(() => {}).finally(tell); });
round();
