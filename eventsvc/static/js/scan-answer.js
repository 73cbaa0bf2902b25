// What staff see and hear: colour, icon and words together, large; a sound and a tremble each of its own.
import { element, fill, icon, moment, page, words } from "./scan-page.js";

const SOUNDS = { green: [[880, 0.12]], amber: [[520, 0.14], [520, 0.14]], red: [[180, 0.5]], blue: [[660, 0.1]] };
const TREMBLES = { green: [60], amber: [60, 80, 60], red: [350], blue: [40] };
const OWN = new Set(["idle", "idle_exit", "asking", "unsent", "refused", "unknown_device", "device_revoked", "unstored", "mangled", "nowhere"]);
const SHOWN_FLAGS = ["clock_suspect", "order_uncertain", "seq_fork"];
const lights = JSON.parse(page.dataset.lights);

export function lightOf(key) {
  return (lights[key] ?? lights.refused)[0];
}

export function wordOf(key) {
  return words[key in lights ? key : "refused"];
}

export class AnswerPanel {
  constructor(panel) {
    Object.assign(this, { panel, isLoud: true, trembles: true, isKiosk: false, shown: null, last: null });
    page.addEventListener("language", () => this.last && this.draw(...this.last));
    addEventListener("pointerdown", () => this.wake(), { capture: true, once: true });
  }

  // Shows what was decided, or one of our own words ("asking", "unsent", …).
  show(key, result = {}, { quiet = false, isOffline = false } = {}) {
    this.shown = result?.scan_id ?? null;
    this.last = [key, result ?? {}, isOffline];
    this.draw(key, result ?? {}, isOffline);
    void this.panel.offsetWidth; // so that the same answer twice is seen to be new
    this.panel.classList.add("is-new");
    if (!quiet) this.signal(lightOf(key));
  }

  draw(key, result, isOffline) {
    this.panel.className = `answer answer--${lightOf(key)}`;
    this.panel.replaceChildren(...this.parts(key, result, isOffline).filter(Boolean));
  }

  parts(key, result, isOffline) {
    const guest = result.guest;
    const person = guest && [guest.honorific, guest.name].filter(Boolean).join(" ");
    const isSent = this.isKiosk && !["green", "idle"].includes(lightOf(key));
    const why = element("p", "answer__line answer__why", this.sentence(key, result));
    const isGood = lightOf(key) === "green";
    return [
      icon((lights[key] ?? lights.refused)[1]),
      element("p", "answer__word", key === "not_yet" && isOver(result) ? words.closed : wordOf(key)),
      !isGood && why, // what is wrong, before whom it concerns
      element("p", "answer__name", person),
      element("p", "answer__line answer__post", guest && [guest.position, guest.organization].filter(Boolean).join(", ")),
      element("p", "answer__seat", guest?.seat && fill(words.seat, { seat: guest.seat })),
      isGood && why,
      !this.isKiosk && element("p", "answer__line answer__substitute", substituteIn(result)),
      isSent && element("p", "answer__line", words.kiosk_ask_line),
      !this.isKiosk && guest?.note && element("p", "answer__note", icon("warn"), element("span", "", element("b", "", `${words.attention}: `), guest.note)),
      ...(result.flags ?? []).filter((flag) => SHOWN_FLAGS.includes(flag)).map((flag) => element("p", "answer__flag", icon("info"), words[flag])),
      isOffline && !OWN.has(key) && element("p", "answer__flag", icon("offline"), words.offline_note),
    ];
  }

  sentence(key, { first, expected_site: site, doors }) {
    if (key === "idle" && this.isKiosk) return words.kiosk_line;
    if (key === "idle" && !this.hasCamera) return words.idle_typed_line;
    if (key === "repeat" || key === "rescan") {
      return first ? fill(words.repeat_line, { time: moment(first.at), device: first.device ?? words.desk }) : "";
    }
    if (key === "cross_site") return fill(words.cross_line, { time: moment(first?.at), site: first?.site_name ?? "–" });
    if (key === "other_site") return site?.name ? fill(words.other_site_line, { site: site.name }) : words.elsewhere_line;
    if (key === "not_yet") {
      const time = isOver({ doors }) ? doors.closes : doors?.opens;
      return time ? fill(isOver({ doors }) ? words.closed_line : words.opens_line, { time: moment(time) }) : "";
    }
    return words[`${key}_line`] ?? "";
  }

  // Browsers are silent until somebody has touched the page.
  wake() {
    try {
      this.audio ??= new AudioContext();
      this.audio.resume();
    } catch {
      this.isLoud = false;
    }
  }

  signal(colour) {
    if (this.trembles) navigator.vibrate?.(TREMBLES[colour] ?? []);
    if (this.isLoud && SOUNDS[colour]) this.beep(SOUNDS[colour]);
  }

  beep(tones) {
    try {
      this.audio ??= new AudioContext();
      if (this.audio.state === "suspended") this.audio.resume();
      let at = this.audio.currentTime;
      for (const [frequency, seconds] of tones) {
        const oscillator = this.audio.createOscillator();
        const gain = this.audio.createGain();
        oscillator.frequency.value = frequency;
        gain.gain.setValueAtTime(0.25, at);
        gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
        oscillator.connect(gain).connect(this.audio.destination);
        oscillator.start(at);
        oscillator.stop(at + seconds);
        at += seconds + 0.06;
      }
    } catch {
      this.isLoud = false; // a browser without sound still shows and trembles
    }
  }
}

function substituteIn({ substitute }) {
  if (!substitute) return "";
  const person = [substitute.honorific, substitute.name].filter(Boolean).join(" ");
  return fill(words.goes_instead, { name: [person, substitute.position].filter(Boolean).join(", ") });
}

function isOver({ doors }) {
  return Boolean(doors?.closes) && Date.now() >= Date.parse(doors.closes);
}
