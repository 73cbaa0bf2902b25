// What all parts of the scanner page share: its elements, its words in the chosen language, its small memories.
export const page = document.getElementById("scan");
export const part = (id) => document.getElementById(id);

const spoken = JSON.parse(page.dataset.words);
const AT = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
const OTHER = { vi: ["en", "English"], en: ["vi", "Tiếng Việt"] };

export let language = document.documentElement.lang in spoken ? document.documentElement.lang : "vi";
export let words = spoken[language];

// Both languages travel with the page: switching needs no network. Whoever shows words of his own listens to "language".
export function speak(chosen) {
  if (!(chosen in spoken)) return;
  language = chosen;
  words = spoken[chosen];
  document.documentElement.lang = chosen;
  document.title = words.title;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = words[one.dataset.word];
  for (const one of document.querySelectorAll("[data-word-label]")) one.setAttribute("aria-label", words[one.dataset.wordLabel]);
  const [other, name] = OTHER[chosen];
  part("language").lang = other;
  part("other-language").textContent = name;
  page.dispatchEvent(new Event("language"));
}

export function otherLanguage() {
  return OTHER[language][0];
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// 07:52; with the day, 05/09, when it was not today.
export function moment(value) {
  const at = value ? new Date(value) : null;
  if (!at || Number.isNaN(at.getTime())) return "–";
  const day = DAY.format(at);
  return day === DAY.format(new Date()) ? AT.format(at) : `${AT.format(at)} ${day}`;
}

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${page.dataset.icons}#${name}`);
  drawing.append(use);
  return drawing;
}

// element("p", "answer__line", text, …children); nothing when there is nothing to say.
export function element(tag, className, ...content) {
  const said = content.filter((one) => one !== null && one !== undefined && one !== "");
  if (!said.length) return null;
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...said);
  return made;
}

export function button(className, onPress, ...content) {
  const made = element("button", className, ...content);
  made.type = "button";
  made.addEventListener("click", onPress);
  return made;
}

// A browser that keeps nothing asks again next time.
export function remember(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`scan-${name}`);
    if (value === null) localStorage.removeItem(`scan-${name}`);
    else localStorage.setItem(`scan-${name}`, value);
  } catch {
    return null;
  }
  return value ?? null;
}

// Sheets lie above the page; the next guest's code closes them.
export function open(sheet) {
  const dialog = part(sheet);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

export function closeSheets() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}
