// The agenda's one screen: every form works without this. Here they are sent in the background, one after the other,
// and the server's answer takes the place of the tables that changed; rows are dragged; keys move, open and close.
const agenda = document.querySelector("#agenda[data-edit]");
const said = document.getElementById("agenda-said");
const outbox = document.getElementById("agenda-outbox");

if (agenda && window.htmx) start();

function start() {
  document.documentElement.classList.add("is-live");
  document.addEventListener("submit", send);
  document.addEventListener("htmx:before:swap", keep);
  document.addEventListener("htmx:after:swap", restore);
  document.addEventListener("htmx:after:request", (event) => heard(event.detail.ctx));
  document.addEventListener("htmx:error", (event) => { if (event.detail.ctx) say(agenda.dataset.lost); });
  agenda.addEventListener("change", changed);
  document.addEventListener("click", clicked);
  agenda.addEventListener("focusin", entered);
  document.addEventListener("keydown", pressed);
  agenda.querySelectorAll("tbody[id]").forEach(draggable);
}

// -- sending, one after the other ------------------------------------------------------------

let line = Promise.resolve();
let sending = null;

function send(event) {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-line], [data-live], .editor__form, .editor__end form")) return;
  event.preventDefault();
  if (button?.getAttribute("aria-disabled") === "true") return;
  queue(form, button?.getAttribute("formaction") || form.getAttribute("action"), button);
}

/** Send a form in its turn. What stands in a row is read then, so that nobody's own edit is ever stale. */
function queue(form, action, button, place) {
  const isRow = form.matches("[data-line]");
  const values = isRow ? place : valuesOf(form, button);
  if (form.matches("[data-add]")) fieldsOf(form).forEach((field) => { field.value = ""; });
  line = line.then(() => post(form, action, button, isRow, values)).catch(() => {});
  return line;
}

async function post(form, action, button, isRow, values) {
  const there = form.isConnected ? form : form.id && document.getElementById(form.id);
  if (isRow && (!there || (action.endsWith("/line") && isSave(button) && !fieldsOf(there).some(isTyped)))) return;
  const place = form.dataset.live?.startsWith("#") ? form.dataset.live : null;
  const target = place ? document.querySelector(place) : there?.closest?.(".run__editor > td");
  sending = {
    form, action, values: isRow ? { ...valuesOf(there), ...values } : values,
    editor: form.closest(".run__editor"), isDone: false, isRow, id: form.id,
  };
  agenda.classList.add("is-waiting");
  try {
    await window.htmx.ajax("POST", action, {
      source: outbox, values: { ...sending.values, seals: seals() }, target: target || agenda, swap: place ? "outerHTML" : "innerHTML",
    });
  } finally {
    if (!sending.isDone) give(sending);
    sending = null;
    agenda.classList.remove("is-waiting");
  }
}

/** Nothing came back: what was typed in the row to add stands there again. */
function give({ form, values }) {
  if (!form.matches("[data-add]") || !form.isConnected) return;
  fieldsOf(form).forEach((field) => { field.value ||= values[field.name]; });
}

function changed(event) {
  const form = event.target.form;
  if (form?.matches("[data-line]") && isTyped(event.target)) form.requestSubmit(saveButton(form));
}

const valuesOf = (form, button) => {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  return Object.fromEntries(data);
};
/** Which warnings the tables show: those that show others come back with the answer. */
const seals = () => [...agenda.querySelectorAll("[data-seal]")].map((part) => part.dataset.seal).join(" ");
const isSave = (button) => !button || button.matches(".run__save");
const saveButton = (form) => [...form.elements].find((element) => element.matches(".run__save"));
const isTyped = (field) => field.value !== field.defaultValue;
const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden])"));
const typedFields = () => [
  ...agenda.querySelectorAll(":is(.run__row, .run__add, .run__tools) :is(input:not([type=hidden]), textarea)"),
].filter(isTyped);

// -- what stays while tables are exchanged ---------------------------------------------------

let kept = null;

function keep(event) {
  const { ctx, tasks } = event.detail;
  if (!sending || ctx.sourceElement !== outbox || !tasks.some((task) => task.type === "oob")) return;
  const { id, values, isRow } = sending;
  const active = document.activeElement;
  const isSent = (field) => isRow && field.form?.id === id && field.value === values[field.name];
  kept = {
    editors: [...agenda.querySelectorAll(".run__editor")],
    typed: typedFields().filter((field) => !isSent(field)).map((field) => ({
      id: field.id, value: field.value, shown: field.defaultValue, version: field.form?.elements.version?.value,
    })),
    active, id: active?.id,
  };
  kept.editors.forEach((editor) => editor.remove());
  // What dragging has left on rows: htmx would carry it over as an attribute, which the policy forbids.
  agenda.querySelectorAll("[style]").forEach((element) => element.removeAttribute("style"));
}

function restore(event) {
  const { ctx } = event.detail;
  if (!kept || ctx.sourceElement !== outbox) return ready();
  const { editors, typed, active, id } = kept;
  const { form, editor: own } = sending;
  const ok = ctx.response?.status < 400;
  kept = null;
  sending.isDone = true;
  const isClosed = ok && own && (form.matches(".editor__form") || form.closest(".editor__end"));
  for (const editor of editors) {
    if (editor === own && isClosed) continue;
    const row = document.getElementById(`item-${editor.dataset.of}`);
    if (row) row.after(editor);
    else agenda.querySelector("tbody").append(editor);
  }
  for (const { id: field, value, shown, version } of typed) {
    const there = document.getElementById(field);
    if (!there) continue;
    there.value = value;
    // Somebody else has changed this very field meanwhile: let the server show both.
    const isOwn = there.form?.id === sending.id && there.defaultValue === sending.values[there.name];
    if (version && there.defaultValue !== shown && !isOwn) there.form.elements.version.value = version;
  }
  if (isClosed) document.getElementById(`g${own.dataset.of}`)?.focus();
  else if (form.matches("[data-add]")) document.getElementById(form.querySelector("textarea").id)?.focus();
  else if (active?.isConnected && active !== document.body) active.focus();
  else if (id) document.getElementById(id)?.focus();
  ready();
}

function ready() {
  agenda.querySelectorAll("tbody[id]").forEach(draggable);
  const words = said.textContent.trim();
  if (words) say(words);
  const field = document.querySelector(".ritual [autofocus]");
  if (field) {
    field.removeAttribute("autofocus");
    field.focus();
  }
}

function heard(ctx) {
  // A page that is no part of this screen (signed out, a fault): say so, and leave what was typed where it is.
  const type = ctx.response.headers.get("Content-Type") || "";
  const isOurs = ctx.text && type.startsWith("text/html") && !/^\s*<!doctype/i.test(ctx.text);
  if (!isOurs) {
    ctx.swap = "none";
    ctx.text = "";
    say(agenda.dataset.lost);
  }
}

let silence = 0;
function say(words) {
  clearTimeout(silence);
  said.textContent = "";
  said.textContent = words;
  silence = setTimeout(() => { said.textContent = ""; }, 7000);
}

// -- the editor under a row ------------------------------------------------------------------

function clicked(event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (link.matches(".run__open, [data-open]")) {
    event.preventDefault();
    if (Date.now() > dropped + 300) toggle(link.closest("tr"), link);
  } else if (link.matches("[data-close]") && link.closest(".run__editor")) {
    event.preventDefault();
    close(link.closest(".run__editor"));
  } else if (link.hash && link.pathname === location.pathname) {
    document.querySelector(link.hash)?.closest("details")?.setAttribute("open", "");
  }
}

async function toggle(row, link) {
  const open = editorOf(row);
  if (open) return close(open);
  const place = document.createElement("tr");
  place.className = "run__editor";
  place.dataset.of = row.id.slice("item-".length);
  const cell = place.appendChild(document.createElement("td"));
  cell.colSpan = 8;
  row.after(place);
  await window.htmx.ajax("GET", link.getAttribute("href"), { source: cell, target: cell, swap: "innerHTML" });
  if (!cell.firstElementChild) place.remove();
  cell.querySelector("textarea, input:not([type=hidden])")?.focus();
}

const editorOf = (row) => agenda.querySelector(`.run__editor[data-of="${row.id.slice("item-".length)}"]`);

function close(editor) {
  const isDirty = [...editor.querySelectorAll("input:not([type=hidden]), textarea")].some(
    (field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : isTyped(field)),
  );
  if (isDirty && !editor.dataset.asked) {
    editor.dataset.asked = "yes";
    return say(agenda.dataset.unsaved);
  }
  editor.remove();
  document.getElementById(`g${editor.dataset.of}`)?.focus();
}

// -- keys ------------------------------------------------------------------------------------

function entered(event) {
  const row = event.target.closest?.(".run__row");
  const from = row?.closest(".run").querySelector("[data-shift-from]");
  if (from && !isTyped(from)) from.value = from.defaultValue = row.dataset.number;
}

function pressed(event) {
  const at = event.target;
  const row = at.closest?.(".run__row");
  const editor = at.closest?.(".run__editor");
  const arrow = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    const undo = document.querySelector("#standing form[data-undo]");
    if (!undo || editor || (at.matches("input, textarea") && isTyped(at))) return;
    event.preventDefault();
    undo.requestSubmit();
  } else if (arrow && event.altKey && row) {
    event.preventDefault();
    const button = document.getElementById(`${arrow < 0 ? "u" : "d"}${row.id.slice("item-".length)}`);
    if (button) button.form.requestSubmit(button);
  } else if (arrow && row && at.matches("a, input")) {
    const rows = [...agenda.querySelectorAll(".run__row")];
    const next = rows[rows.indexOf(row) + arrow];
    const same = next && document.getElementById(at.id[0] + next.id.slice("item-".length));
    if (same) {
      event.preventDefault();
      same.focus();
    }
  } else if (event.key === "Enter" && !event.shiftKey && at.matches(".run__row textarea, .run__add textarea")) {
    event.preventDefault();
    if (at.closest(".run__add")) at.form.requestSubmit();
    else if (isTyped(at)) at.form.requestSubmit(saveButton(at.form));
  } else if (event.key === "Enter" && row && at.matches("input")) {
    event.preventDefault();
    if (isTyped(at)) at.form.requestSubmit(saveButton(at.form));
  } else if (event.key === "Escape" && editor) {
    event.preventDefault();
    close(editor);
  } else if (event.key === "Escape" && row && at.matches("input, textarea")) {
    at.value = at.defaultValue;
  }
}

// -- dragging --------------------------------------------------------------------------------

let dropped = 0;

function draggable(body) {
  if (!window.Sortable || window.Sortable.get(body)) return;
  window.Sortable.create(body, {
    group: "agenda", handle: ".run__grip", draggable: ".run__row", animation: 120,
    forceFallback: true, fallbackOnBody: false, fallbackTolerance: 4,
    ghostClass: "is-dragged", fallbackClass: "is-carried", emptyInsertThreshold: 24,
    onStart: () => agenda.querySelectorAll(".run__editor").forEach((editor) => { editor.hidden = true; }),
    onEnd: drop,
  });
}

function drop(event) {
  dropped = Date.now();
  agenda.querySelectorAll(".run__editor").forEach((editor) => { editor.hidden = false; });
  const row = event.item;
  const place = row.closest(".run");
  const number = [...row.parentElement.querySelectorAll(".run__row")].indexOf(row) + 1;
  if (event.from === event.to && String(number) === row.dataset.number) return;
  const form = row.querySelector("form");
  const action = form.getAttribute("action").replace(/line$/, "place");
  document.getElementById(`g${row.id.slice("item-".length)}`)?.focus();
  queue(form, action, null, { number, sitting: place.dataset.sitting, strand: place.dataset.strand });
}
