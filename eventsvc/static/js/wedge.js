// A hand scanner is a keyboard that types very fast and ends with Enter, wherever the focus is.
const FASTEST_TYPIST_MS = 45;
const SHORTEST = 8;

export function listenForWedge(onText) {
  let typed = "";
  let last = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = performance.now();
    const pause = now - last;
    if (event.key === "Enter") {
      const code = pause < FASTEST_TYPIST_MS * 3 ? typed : "";
      typed = "";
      if (code.length < SHORTEST) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.target instanceof HTMLInputElement) event.target.value = "";
      onText(code);
      return;
    }
    const letter = letterOf(event);
    if (!letter) return;
    typed = pause < FASTEST_TYPIST_MS ? typed + letter : letter;
    last = now;
  }, { capture: true });
}

// An input method for Vietnamese swallows letters; the keys themselves still tell which they were.
function letterOf(event) {
  if (event.key.length === 1 && event.key.charCodeAt(0) < 128) return event.key;
  const key = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(event.code ?? "");
  return key ? key[1] ?? key[2] : "";
}
