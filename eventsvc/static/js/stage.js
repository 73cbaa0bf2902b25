// Keeps what shows a running show current: <section data-stage="fragment url" data-now="server ms" data-stale="sentence">.
// The fragment replaces the inside of [data-stage-region]. Between two answers the clock and the countdown run here,
// by the server's clock: a device whose own clock is wrong shows the right time. Without answers it says since when.
const EVERY = 1000;
const LOST_AFTER = 3000;
const sections = [...document.querySelectorAll("[data-stage]")];
let server = { at: Number(sections[0]?.dataset.now) || Date.now(), here: performance.now(), doubt: Infinity };

export function now() {
  return server.at + performance.now() - server.here;
}

function learn(stamp, sent, received) {
  const doubt = (received - sent) / 2;
  const old = received - server.here > 30000;
  if (!Number.isFinite(stamp) || (doubt > server.doubt && !old)) return;
  server = { at: stamp + doubt, here: received, doubt };
}

function clockTime(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour12: false });
}

function figure(seconds) {
  const whole = Math.abs(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  const text = hours ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
  return seconds < 0 ? `+${text}` : text;
}

function tick() {
  const moment = now();
  for (const face of document.querySelectorAll("[data-clock]")) write(face, clockTime(moment));
  for (const one of document.querySelectorAll("[data-countdown]")) {
    const left = one.dataset.due ? Math.ceil((Number(one.dataset.due) - moment) / 1000) : Number(one.dataset.left);
    write(one, figure(left));
    one.classList.toggle("is-over", left < 0);
  }
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function put(section, html) {
  const region = section.querySelector("[data-stage-region]");
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  delete region.dataset.fit;
  if (focused) (document.getElementById(focused) || document.getElementById("press-go"))?.focus({ preventScroll: true });
  tick();
  fit();
}

/** On a wall nothing scrolls: what is too much for it is set smaller, step by step. */
function fit() {
  for (const region of document.querySelectorAll(".stage--wall [data-stage-region]")) {
    const shown = region.querySelector(".stage__now");
    for (let step = Number(region.dataset.fit || 0); step < 6 && shown && shown.scrollHeight > shown.clientHeight + 1;) {
      step += 1;
      region.dataset.fit = step;
    }
  }
}

class Follower {
  constructor(section) {
    this.section = section;
    this.stale = section.querySelector("[data-stage-stale]");
    this.tag = null;
    this.turn = 0;
    this.fresh = performance.now();
  }

  async ask() {
    const turn = ++this.turn;
    const sent = performance.now();
    const response = await fetch(this.section.dataset.stage, {
      headers: this.tag ? { "If-None-Match": this.tag } : {},
      cache: "no-store",
      signal: AbortSignal.timeout(LOST_AFTER),
    });
    learn(Number(response.headers.get("X-Now") ?? NaN), sent, performance.now());
    if (response.status === 200) {
      const html = await response.text();
      if (turn !== this.turn) return; // something newer has been put in meanwhile
      this.tag = response.headers.get("ETag");
      put(this.section, html);
    } else if (response.status !== 304) {
      throw new Error(`status ${response.status}`);
    }
    this.fresh = performance.now();
  }

  take(html) {
    this.turn += 1;
    this.tag = null;
    put(this.section, html);
  }

  tell() {
    if (!this.stale) return;
    const lost = performance.now() - this.fresh > LOST_AFTER;
    this.section.classList.toggle("is-stale", lost);
    if (this.stale.hidden === !lost) return;
    const since = clockTime(now() - (performance.now() - this.fresh));
    this.stale.textContent = lost ? this.section.dataset.stale.replace("{time}", since) : "";
    this.stale.hidden = !lost;
  }

  async round() {
    const begun = performance.now();
    if (!document.hidden) {
      try {
        await this.ask();
      } catch {
        // The network is away or the server busy: the next round tries again, tell() says since when.
      }
    }
    setTimeout(() => this.round(), Math.max(200, EVERY - (performance.now() - begun)));
  }
}

export const followers = new Map(sections.map((section) => [section, new Follower(section)]));
for (const follower of followers.values()) follower.round();
setInterval(() => {
  tick();
  fit();
  if (!document.hidden) for (const follower of followers.values()) follower.tell();
}, 200);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const follower of followers.values()) follower.ask().catch(() => {});
});
tick();
