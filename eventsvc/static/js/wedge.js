// A hand scanner is a keyboard that types very fast and ends with Enter, wherever the focus is.
const FASTEST_TYPIST_MS = 45;
const SHORTEST = 8;

// `looksRight`: what was typed may be a code at all; where people type names, a quick hand is no scanner.
export function listenForWedge(onText, onMangled = () => {}, looksRight = () => true) {
  let typed = "";
  let last = 0;
  let isMangled = false;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp; // when the key went down, however busy the page is
    const pause = now - last;
    if (event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter") {
      const code = pause < FASTEST_TYPIST_MS * 3 ? typed : "";
      const wasMangled = isMangled;
      typed = "";
      isMangled = false;
      if (code.length < SHORTEST || !looksRight(code)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.target instanceof HTMLInputElement) event.target.value = "";
      if (wasMangled) onMangled();
      else onText(code);
      return;
    }
    const isFast = pause < FASTEST_TYPIST_MS;
    if (isFast && isRewriting(event)) {
      isMangled = true;
      last = now;
      return;
    }
    const letter = letterOf(event);
    if (!letter) return;
    typed = isFast ? typed + letter : letter;
    isMangled = isFast && isMangled;
    last = now;
  }, { capture: true });
}

// An input method for Vietnamese swallows letters; the keys themselves still tell which they were.
function letterOf(event) {
  if (event.key.length === 1 && event.key.charCodeAt(0) < 128) return event.key;
  const key = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(event.code ?? "");
  return key ? key[1] ?? key[2] : "";
}

// A keyboard program of the computer takes letters back and writes others: what was scanned cannot be known then.
function isRewriting(event) {
  return event.key === "Backspace" || (event.key.length === 1 && event.key.charCodeAt(0) > 127 && !event.code);
}
