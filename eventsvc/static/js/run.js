// The operator's page: a press is sent without a reload, one at a time; keys press the buttons that are there.
import { followers } from "./stage.js";

const form = document.querySelector("form[data-run]");
const notice = document.querySelector("[data-run-notice]");
const shortcuts = document.querySelector("[data-shortcuts]");
const KEYS = { " ": "next", ArrowRight: "next", ArrowLeft: "back", "+": "longer", "=": "longer", "-": "shorter", h: "hold", H: "hold" };
let busy = false;
let before = ""; // what the page showed when the press was made that is on its way
const waiting = []; // minutes asked for meanwhile; anything else pressed twice was a slip
let wish = null; // but not what is pressed when the page shows already what the first press did, before its answer has come

function say(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

const shown = () => `${form.elements.revision.value} ${form.elements.seen.value}`;

async function send(event) {
  event.preventDefault();
  const button = event.submitter;
  if (busy) {
    if (/^(longer|shorter)$/.test(button?.dataset.key || "")) waiting.push(button.dataset.key);
    else if (button?.id && shown() !== before && !waiting.length) wish = { id: button.id, shown: shown() };
    return;
  }
  busy = true;
  before = shown();
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
    if (answer.notice) wish = null;
  } catch {
    waiting.length = 0;
    wish = null;
    say(form.dataset.lost);
  } finally {
    busy = false;
  }
  const next = wish?.shown === shown() ? document.getElementById(wish.id) : null;
  wish = null;
  if (next) next.click();
  else if (waiting.length) form.querySelector(`[data-key="${waiting.shift()}"]`)?.click();
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
