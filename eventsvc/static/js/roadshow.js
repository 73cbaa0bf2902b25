// Stops are dragged to another day: with the mouse anywhere on the card, with a finger by its grip. Dropping one sends
// the same form that its buttons send; without this script those do the work. Escape puts it back.
const strip = document.querySelector("[data-strip]");
const form = document.getElementById("move");
const FAR = 6;

if (strip && form) {
  strip.querySelectorAll("[data-grip]").forEach((grip) => { grip.hidden = false; });
  strip.addEventListener("pointerdown", begin);
  strip.addEventListener("dragstart", (event) => event.preventDefault());
  strip.addEventListener("click", (event) => { if (event.target.closest("[data-dropped]")) event.preventDefault(); }, true);
}

let held = null;

function begin(event) {
  const card = event.target.closest("[data-move]");
  const isGrip = event.target.closest("[data-grip]");
  if (!card || held || event.button || (event.pointerType !== "mouse" && !isGrip)) return;
  held = { card, id: event.pointerId, x: event.pageX, y: event.pageY, day: null, isMoving: false };
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", giveUp);
  addEventListener("keydown", pressed);
}

function move(event) {
  if (event.pointerId !== held.id) return;
  const [x, y] = [event.pageX - held.x, event.pageY - held.y];
  if (!held.isMoving && Math.hypot(x, y) < FAR) return;
  event.preventDefault();
  held.isMoving = true;
  held.card.classList.add("is-dragged");
  held.card.style.transform = `translate(${x}px, ${y}px)`;
  aim(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-day]"));
  const edge = 60;
  if (event.clientY < edge) scrollBy(0, -12);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
}

function aim(day) {
  held.day?.classList.remove("is-target");
  held.day = day ?? null;
  held.day?.classList.add("is-target");
}

function drop(event) {
  if (event.pointerId !== held.id) return;
  const { card, day, isMoving } = held;
  const isElsewhere = isMoving && day && !day.contains(card);
  if (isMoving) {
    card.dataset.dropped = "";
    setTimeout(() => { delete card.dataset.dropped; }, 300);
  }
  if (!isElsewhere) return giveUp();
  end();
  day.append(card);
  form.action = card.dataset.move;
  form.elements.version.value = card.dataset.version;
  form.elements.starts_on.value = day.dataset.day;
  form.submit();
}

function pressed(event) {
  if (event.key === "Escape") giveUp();
}

function giveUp() {
  aim(null);
  end();
}

function end() {
  held.day?.classList.remove("is-target");
  held.card.classList.remove("is-dragged");
  held.card.style.transform = "";
  held = null;
  removeEventListener("pointermove", move);
  removeEventListener("pointerup", drop);
  removeEventListener("pointercancel", giveUp);
  removeEventListener("keydown", pressed);
}
