// The operator's page: a press is sent without a reload, one at a time; keys press the buttons that are there.
import { followers } from "./stage.js";

const form = document.querySelector("form[data-run]");
const notice = document.querySelector("[data-run-notice]");
const shortcuts = document.querySelector("[data-shortcuts]");
const KEYS = { " ": "next", ArrowRight: "next", ArrowLeft: "back", "+": "longer", "=": "longer", "-": "shorter", h: "hold", H: "hold" };
let busy = false;
const waiting = []; // minutes asked for while a press is on its way; anything else pressed twice was a slip

function say(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

async function send(event) {
  event.preventDefault();
  const button = event.submitter;
  if (busy) {
    if (/^(longer|shorter)$/.test(button?.dataset.key || "")) waiting.push(button.dataset.key);
    return;
  }
  busy = true;
  const action = button?.getAttribute("formaction") || form.getAttribute("action");
  try {
    const response = await fetch(action, {
      method: "POST",
      body: new FormData(form, button),
      headers: { "X-Parts": "1" },
      signal: AbortSignal.timeout(8000),
    });
    const kind = response.headers.get("Content-Type") || "";
    if (response.redirected || !kind.includes("json")) {
      location.reload(); // signed out, or the page is from before an upgrade
      return;
    }
    const answer = await response.json();
    followers.get(form.closest("[data-stage]")).take(answer.html);
    for (const follower of followers.values()) follower.ask().catch(() => {});
    say(answer.notice);
  } catch {
    waiting.length = 0;
    say(form.dataset.lost);
  } finally {
    busy = false;
  }
  if (waiting.length) form.querySelector(`[data-key="${waiting.shift()}"]`)?.click();
}

function key(event) {
  const wanted = KEYS[event.key];
  if (!wanted || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (!shortcuts.querySelector("input").checked) return;
  const on = event.target.closest("input, select, textarea, button, a, summary");
  if (on && (event.key === " " || !on.matches("button, a, summary"))) return; // that key belongs to what has the focus
  const button = form.querySelector(`[data-key="${wanted}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

if (form) {
  shortcuts.hidden = false;
  form.addEventListener("submit", send);
  document.addEventListener("keydown", key);
  const message = document.querySelector("form[action$='/message']");
  message?.addEventListener("submit", () => {
    message.elements.seen.value = form.elements.seen.value; // what was on the stage when the sentence was sent off
  });
}
