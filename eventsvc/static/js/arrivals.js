// Keeps the page of arrivals current and makes reception look up: a sound, a vibration and a spoken line, once for each
// who comes in. <section data-arrivals="fragment url" data-every="1.5" data-event="slug" data-told data-stale>;
// each one who waits is [data-arrival="sitting-guest"]. The choice to be silent and who has been told of already are
// remembered by the browser. The screen stays awake while the page is in front.
const page = document.querySelector("[data-arrivals]");
const region = page.querySelector("[data-arrivals-region]");
const warning = page.querySelector("[data-arrivals-stale]");
const told = page.querySelector("[data-arrivals-told]");
const button = document.querySelector("[data-arrivals-sound]");
const every = Math.max(1, Number(page.dataset.every) || 1.5) * 1000;
const KNOWN = `arrivals:${page.dataset.event}`;
const MUTED = "arrivals:muted";
let tag = null;
let fresh = Date.now();
let sound = null;
let lock = null;

// --- What the browser remembers --------------------------------------------------------------------------

function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a private window: told again after a reload */ }
}

function waiting() {
  return [...region.querySelectorAll("[data-arrival]")];
}

function isMuted() {
  return remembered(MUTED) === "1";
}

// --- Sound, vibration, the line that is read out ---------------------------------------------------------

function wake() {
  if (isMuted() || !window.AudioContext) return;
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume().catch(() => {});
}

function ring() {
  if (isMuted()) return;
  navigator.vibrate?.([250, 120, 250]);
  wake();
  if (!sound) return;
  for (const [start, pitch] of [[0, 660], [0.22, 880]]) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    const from = sound.currentTime + start;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.4, from + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start(from);
    tone.stop(from + 0.55);
  }
}

/** Ring for those nobody has been told of yet. Whoever waits when the page is opened for the first time is only shown. */
function announce() {
  const before = remembered(KNOWN);
  const known = new Set(before ? before.split(" ") : []);
  const fresh = waiting().filter((one) => !known.has(one.dataset.arrival));
  if (fresh.length) {
    for (const one of fresh) known.add(one.dataset.arrival);
    remember(KNOWN, [...known].slice(-500).join(" "));
  }
  if (before === null) {
    remember(KNOWN, [...known].join(" "));
    return;
  }
  if (!fresh.length) return;
  for (const one of fresh) one.classList.add("is-new");
  told.textContent = fresh.map((one) => page.dataset.told.replace("{name}", one.dataset.name)).join(". ");
  document.documentElement.dataset.rung = String(Number(document.documentElement.dataset.rung || 0) + 1);
  ring();
}

function showChoice() {
  const words = button.querySelector("[data-on]");
  button.hidden = false;
  button.setAttribute("aria-pressed", String(!isMuted()));
  words.textContent = isMuted() ? words.dataset.off : words.dataset.on;
}

button.addEventListener("click", () => {
  remember(MUTED, isMuted() ? "0" : "1");
  showChoice();
  ring();
});
document.addEventListener("pointerdown", wake, { passive: true });

// --- Asking ----------------------------------------------------------------------------------------------

function put(html) {
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  announce();
}

let turn = 0;

async function ask() {
  const mine = ++turn;
  const response = await fetch(page.dataset.arrivals, {
    headers: tag ? { "If-None-Match": tag } : {},
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(every * 3),
  });
  if (response.status !== 200 && response.status !== 304) throw new Error(`status ${response.status}`);
  const html = response.status === 200 ? await response.text() : null;
  if (mine !== turn) return; // a later answer stands already
  fresh = Date.now();
  if (html === null) return;
  tag = response.headers.get("ETag");
  put(html);
}

function tell() {
  const stale = Date.now() - fresh > every * 4;
  if (warning.hidden === !stale) return;
  const since = new Date(fresh).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  warning.textContent = stale ? page.dataset.stale.replace("{time}", since) : "";
  warning.hidden = !stale;
}

async function round() {
  try {
    await ask(); // in the background too: a phone in the pocket rings
  } catch {
    // The network is away or the server busy: the next round tries again, tell() says since when.
  }
  tell();
  setTimeout(round, every);
}

// --- Greeting without leaving the page: the sound stays allowed, the place on the page is kept -----------

region.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const pressed = form.querySelector("button");
  pressed.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const answered = new DOMParser().parseFromString(await response.text(), "text/html");
    const said = answered.querySelector(".flashes");
    document.querySelector("main .flashes")?.remove();
    if (said) document.querySelector("main").prepend(said);
    const inside = answered.querySelector("[data-arrivals-region]");
    turn += 1; // what was asked before the greeting is older than this page
    tag = null;
    if (!inside) throw new Error("no page of arrivals");
    put(inside.innerHTML);
    fresh = Date.now();
  } catch {
    pressed.disabled = false;
    form.submit();
  }
});

async function stayAwake() {
  if (document.hidden || lock || !navigator.wakeLock) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // the battery is low, or the browser does not want to
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  stayAwake();
  ask().catch(() => {}).finally(tell);
});
showChoice();
announce();
stayAwake();
setTimeout(round, every);
