// The line at the top says in words how this phone stands; behind it lies what waits to be sent.
import { wordOf } from "./scan-answer.js";
import { element, fill, icon, moment, open, page, part, words } from "./scan-page.js";
import { readable, undelivered } from "./scan-store.js";

const CLOCK_MATTERS_MS = 60000;

export class StateLine {
  constructor(engine) {
    this.engine = engine;
    engine.addEventListener("state", () => this.show());
    page.addEventListener("language", () => this.show());
    part("open-queue").addEventListener("click", () => this.openQueue());
    part("resend").addEventListener("click", async () => {
      await engine.sendNow();
      this.show();
    });
    setInterval(() => this.show(), 30000); // a list grows old without any event
  }

  show() {
    const state = this.engine.state;
    const [kind, drawing, line] = stand(state);
    const more = aside(state);
    const said = [kind, line, ...more].join(" ");
    if (this.said !== said) { // a live region speaks only of what is new
      this.said = said;
      part("state").className = `scan__state scan__state--${kind}`;
      part("state-icon").replaceChildren(icon(drawing));
      part("state-line").replaceChildren(...[element("b", "", line), element("span", "", ...more)].filter(Boolean));
    }
    part("waiting").textContent = state.waiting ? fill(words.waiting, { count: state.waiting }) : words.all_sent;
    part("waiting").classList.toggle("is-waiting", state.waiting > 0);
    if (part("queue").open) this.fillQueue();
  }

  async openQueue() {
    await this.fillQueue();
    open("queue");
  }

  async fillQueue() {
    const { state } = this.engine;
    part("fact-network").textContent = stand(state)[2];
    part("fact-list").textContent = listed(state);
    part("fact-clock").textContent = clock(state) ?? words.clock_right;
    const waiting = await queue();
    part("queue-none").hidden = waiting.length > 0;
    part("queue-list").replaceChildren(...waiting.map(({ scanned_at, decision }) => element(
      "li", "", fill(words.queue_line, { time: moment(scanned_at), shown: wordOf(decision || "unsent") }),
    )));
  }
}

// What is on disk and has no answer yet; who it was stays sealed.
async function queue() {
  const groups = await undelivered();
  const scans = await Promise.all(groups.map(({ token, scans: kept }) => readable(kept, token)));
  return scans.flat().sort((a, b) => (a.scanned_at < b.scanned_at ? -1 : 1));
}

// [kind, icon, words]: what matters most, first.
function stand(state) {
  if (state.isRevoked) return ["err", "lock", words.revoked_state];
  if (state.isStored === false) return ["err", "warn", words.unstored_state];
  if (!state.isOnline) {
    return ["warn", "offline", state.waiting ? fill(words.offline_waiting, { count: state.waiting }) : words.offline];
  }
  return ["ok", "check", state.waiting ? fill(words.online_waiting, { count: state.waiting }) : words.online];
}

function aside(state) {
  if (state.isRevoked) return [];
  return [clock(state), listed(state)].filter(Boolean).flatMap((one, at) => (at ? [" · ", one] : [one]));
}

function listed({ list, isRevoked }) {
  if (isRevoked) return words.list_erased;
  return list ? fill(words.list_of, { time: moment(list.at), count: list.size }) : words.list_missing;
}

function clock({ offsetMs }) {
  if (!(Math.abs(offsetMs) >= CLOCK_MATTERS_MS)) return null;
  const minutes = Math.round(Math.abs(offsetMs) / 60000);
  return fill(offsetMs > 0 ? words.clock_late : words.clock_early, { minutes });
}
