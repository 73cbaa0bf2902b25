// What staff see and hear: colour, icon and words together, large; a sound and a tremble each of its own.
const AT = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
const DAY = new Intl.DateTimeFormat("vi-VN", { day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
const SOUNDS = { green: [[880, 0.12]], amber: [[520, 0.14], [520, 0.14]], red: [[180, 0.5]], blue: [[660, 0.1]] };
const TREMBLES = { green: [60], amber: [60, 80, 60], red: [350], blue: [40] };

export class AnswerPanel {
  constructor(panel, words, lights, icons) {
    Object.assign(this, { panel, words, lights, icons, isLoud: true });
    this.shown = null;
  }

  // Shows what the server answered, or one of our own words ("unsent", "asking", …).
  show(key, result = {}, { quiet = false } = {}) {
    const [colour, icon] = this.lights[key] ?? this.lights.refused;
    this.shown = result.scan_id ?? null;
    this.panel.className = `answer answer--${colour}`;
    this.panel.replaceChildren(...this.parts(key, icon, result));
    void this.panel.offsetWidth; // so that the same answer twice is seen to be new
    this.panel.classList.add("is-new");
    if (!quiet) this.signal(colour);
  }

  parts(key, icon, result) {
    const guest = result.guest;
    const person = guest && [guest.honorific, guest.name].filter(Boolean).join(" ");
    return [
      this.icon(icon),
      line("answer__word", this.words[key] ?? this.words.refused),
      line("answer__line", this.sentence(key, result)),
      line("answer__name", person),
      line("answer__line", guest && [guest.position, guest.organization].filter(Boolean).join(", ")),
      line("answer__seat", guest?.seat && fill(this.words.seat, { seat: guest.seat })),
      line("answer__note", guest?.note),
    ].filter(Boolean);
  }

  sentence(key, { first, expected_site: site, doors }) {
    const words = this.words;
    if (key === "repeat" || key === "rescan") {
      return first ? fill(words.repeat_line, { time: moment(first.at), device: first.device ?? words.desk }) : "";
    }
    if (key === "cross_site") return fill(words.cross_line, { time: moment(first?.at), site: first?.site_name ?? "" });
    if (key === "other_site") return site ? fill(words.other_site_line, { site: site.name }) : "";
    if (key === "not_yet") {
      const isEarly = !doors?.closes || Date.now() < Date.parse(doors.closes);
      return fill(isEarly ? words.opens_line : words.closed_line, { time: moment(isEarly ? doors?.opens : doors.closes) });
    }
    return words[`${key}_line`] ?? "";
  }

  icon(name) {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("class", "icon");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.icons}#${name}`);
    drawing.append(use);
    return drawing;
  }

  signal(colour) {
    navigator.vibrate?.(TREMBLES[colour] ?? []);
    if (this.isLoud && SOUNDS[colour]) this.beep(SOUNDS[colour]);
  }

  beep(tones) {
    try {
      this.audio ??= new AudioContext();
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

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// 07:52; with the day when it was not today.
export function moment(iso) {
  if (!iso) return "–";
  const at = new Date(iso);
  const day = DAY.format(at);
  return day === DAY.format(new Date()) ? AT.format(at) : `${AT.format(at)} ${day}`;
}

function line(className, text) {
  if (!text) return null;
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = text;
  return paragraph;
}
