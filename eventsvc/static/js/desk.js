// The desk: search as somebody types, arrow down, Enter; the answer appears beside the list and the search is ready for
// the next guest. Every press is a form of the page, sent here without leaving it; what goes wrong is sent the plain way.
import { listenForWedge } from "./wedge.js";

const PAUSE_MS = 70;

const desk = document.getElementById("desk");
const box = document.getElementById("q");
const list = document.getElementById("found");
const answer = document.getElementById("answer");
let timer = 0;
let asked = 0;
let shown = box.value.trim();

// --- Searching -------------------------------------------------------------------------------------------

function soon() {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE_MS);
}

async function search({ again = false } = {}) {
  clearTimeout(timer);
  const words = box.value.trim();
  if (words === shown && !again) return;
  const mine = ++asked;
  const address = new URL(desk.dataset.found, location.href);
  if (words) address.searchParams.set("q", words);
  let html;
  try {
    const response = await fetch(address);
    if (!response.ok || response.redirected) return leaveTo(response);
    html = await response.text();
  } catch {
    return; // the next letter asks again
  }
  if (mine !== asked) return; // a later question was faster
  shown = words;
  list.innerHTML = html;
}

// Signed out, or no longer allowed: the page itself says so.
function leaveTo() {
  location.reload();
}

// --- Choosing by keyboard --------------------------------------------------------------------------------

const choices = () => [...list.querySelectorAll(".hit__act")];

function move(step) {
  const all = choices();
  const at = all.indexOf(document.activeElement) + step;
  if (at < 0) return box.focus();
  all[Math.min(at, all.length - 1)]?.focus();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const isInList = list.contains(document.activeElement);
  if (document.activeElement !== box && !isInList && document.activeElement !== document.body) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    box.value = "";
    box.focus();
    search();
  } else if (event.key.length === 1 && event.key !== " " && document.activeElement !== box) {
    box.focus(); // the letter lands in the box
  }
});

document.getElementById("desk-search").addEventListener("submit", async (event) => {
  event.preventDefault();
  await search();
  move(1);
});
box.addEventListener("input", soon);

// --- Pressing --------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-desk]") || desk.classList.contains("is-asking")) {
    if (form.matches("form[data-desk]")) event.preventDefault();
    return;
  }
  event.preventDefault();
  press(form);
});

async function press(form) {
  desk.classList.add("is-asking");
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { "X-Part": "answer" },
    });
    const isAnswer = response.headers.get("X-Part") === "answer";
    if (!isAnswer) return form.submit(); // signed out, refused, gone: the whole page explains it
    take(await response.text());
    if (response.ok) next();
    else answer.querySelector("[aria-invalid], input:not([type=hidden])")?.focus();
  } catch {
    say(desk.dataset.unsent, desk.dataset.unsentLine);
  } finally {
    desk.classList.remove("is-asking");
  }
}

function take(html) {
  answer.innerHTML = html;
  const fresh = document.getElementById("fresh-figures");
  if (fresh) {
    document.getElementById("figures").replaceChildren(fresh.content.cloneNode(true));
    fresh.remove();
  }
}

// Ready for the next guest; unless this one is expected elsewhere and a reason is asked for.
function next() {
  box.value = "";
  const reason = answer.querySelector("#admit-reason");
  (reason ?? box).focus();
  search({ again: true });
}

function say(word, line) {
  const panel = document.createElement("div");
  panel.className = "desk-answer desk-answer--err";
  for (const [name, words] of [["word", word], ["line", line]]) {
    const paragraph = document.createElement("p");
    paragraph.className = `desk-answer__${name}`;
    paragraph.textContent = words;
    panel.append(paragraph);
  }
  answer.replaceChildren(panel);
}

function readCode(code) {
  clearTimeout(timer);
  box.value = "";
  const form = document.getElementById("wedge");
  form.elements.code.value = code;
  press(form);
}

const isCode = (typed) => /^[0-9a-z-]{20,}$/i.test(typed) && /\d/.test(typed);

listenForWedge(readCode, () => say(desk.dataset.mangled, desk.dataset.mangledLine), isCode);
