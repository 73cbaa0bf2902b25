// Whom the house knows, while typing: <input data-speakers="address" data-speakers-position="id of another input">.
// Each gets a <datalist>; a name chosen from it also fills in the position, where that is still empty.
const WAIT = 150;
let lists = 0;

function listOf(input) {
  const standing = input.list;
  if (standing) return standing;
  const list = document.createElement("datalist");
  lists += 1;
  list.id = `speakers-${lists}`;
  input.after(list);
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  return list;
}

function show(input, people) {
  listOf(input).replaceChildren(...people.map((person) => {
    const option = document.createElement("option");
    option.value = person.words;
    const more = [person.position, person.organization].filter(Boolean).join(", ");
    if (more) option.label = more;
    option.dataset.position = person.position ?? "";
    return option;
  }));
}

function fillPosition(input) {
  const field = document.getElementById(input.dataset.speakersPosition ?? "");
  if (!field || field.value.trim()) return;
  const chosen = [...(input.list?.options ?? [])].find((option) => option.value === input.value);
  if (!chosen?.dataset.position) return;
  field.value = chosen.dataset.position;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const waiting = new WeakMap();

async function look(input) {
  waiting.get(input)?.stop?.abort();
  const q = input.value.trim();
  if (q.length < 2) return show(input, []);
  const stop = new AbortController();
  waiting.set(input, { stop });
  const address = new URL(input.dataset.speakers, location.href);
  address.searchParams.set("q", q);
  try {
    const answer = await fetch(address, { signal: stop.signal, headers: { Accept: "application/json" } });
    if (answer.ok) show(input, (await answer.json()).people);
  } catch {
    // Typed on, or offline: the field works without suggestions.
  }
}

// One listener for the page, so that fields that come later are served too.
document.addEventListener("input", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.dataset.speakers) return;
  clearTimeout(waiting.get(input)?.timer);
  fillPosition(input);
  const timer = setTimeout(() => look(input), WAIT);
  waiting.set(input, { ...waiting.get(input), timer });
});
