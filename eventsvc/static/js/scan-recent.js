// The latest answers of this phone, in memory only: what the server says later, and what a head of a door undoes.
import { lightOf, wordOf } from "./scan-answer.js";
import { button, closeSheets, element, fill, icon, moment, open, page, part, words } from "./scan-page.js";
import { undelivered } from "./scan-store.js";

const KEPT = 8;
const LET_IN = new Set(["admitted", "admitted_revoked"]);
const SIGNS = { green: "check", amber: "warn", red: "cross", blue: "signout", idle: "clock" };

export class Recent {
  constructor({ record, maySeeUndo }) {
    Object.assign(this, { record, maySeeUndo, entries: [], undoing: null, before: new Map() });
    page.addEventListener("language", () => this.draw());
    part("undo-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.undo();
    });
  }

  add(key, result, { isOffline = false, kind = "entry", at = new Date() } = {}) {
    this.entries.unshift({ id: result?.scan_id ?? null, key, guest: result?.guest ?? null, isOffline, kind, at, was: null });
    this.entries.length = Math.min(this.entries.length, KEPT);
    this.draw();
  }

  // What the page showed before it was closed: their answers come after it has begun anew.
  async recall() {
    for (const { scans } of await undelivered()) for (const { scan_id: id, how } of scans) this.before.set(id, how?.decision ?? "unsent");
  }

  // The server's word on a scan that was answered before it. Whoever was shown another light is called out.
  correct({ scan_id: id, key, result }) {
    const entry = this.entries.find((one) => one.id === id);
    const before = entry?.key ?? this.before.get(id) ?? "unsent";
    if (entry) {
      Object.assign(entry, { key, isOffline: false, was: before === key ? entry.was : before });
      entry.guest = result?.guest ?? entry.guest;
      this.draw();
    } else {
      this.add(key, result);
    }
    const isAwaited = before === "unsent";
    const isOtherwise = isAwaited ? lightOf(key) !== "green" && lightOf(key) !== "blue" : lightOf(before) !== lightOf(key);
    if (isOtherwise) this.callOut({ at: entry?.at ?? new Date(), guest: result?.guest ?? entry?.guest, before, key });
  }

  callOut({ at, guest, before, key }) {
    const time = moment(at);
    const name = guest ? [guest.honorific, guest.name].filter(Boolean).join(" ") : "";
    const sentence = fill(words.late_line, { time, name, shown: wordOf(before), outcome: wordOf(key) }).replace(" :", ":");
    const alarm = element("div", `alarm alarm--${lightOf(key)}`, icon("warn"), element("p", "", element("b", "", words.late_title), sentence));
    alarm.append(button("button button--small", () => this.dismiss(alarm), words.understood));
    part("alarms").append(alarm);
    part("alarms").hidden = false;
    navigator.vibrate?.([40, 60, 40]);
  }

  dismiss(alarm) {
    alarm.remove();
    part("alarms").hidden = !part("alarms").childElementCount;
    part("code").focus();
  }

  draw() {
    part("none-yet").hidden = this.entries.length > 0;
    part("recent").replaceChildren(...this.entries.map((entry) => this.line(entry)));
  }

  line(entry) {
    const light = lightOf(entry.key);
    const name = entry.guest ? [entry.guest.honorific, entry.guest.name].filter(Boolean).join(" ") : "";
    const line = element(
      "li", `latest latest--${light}`, icon(entry.isOffline ? "offline" : SIGNS[light]), element("span", "clock", moment(entry.at)),
      element("span", "latest__what", element("b", "", name), name ? " – " : "", wordOf(entry.key), entry.was ? element("small", "", ` (${wordOf(entry.was)})`) : ""),
    );
    if (entry.id && entry.kind === "entry" && LET_IN.has(entry.key) && this.maySeeUndo()) {
      const undo = button("button button--small", () => this.ask(entry), words.undo);
      undo.setAttribute("aria-label", `${words.undo} ${name} ${moment(entry.at)}`);
      line.append(undo);
    }
    return line;
  }

  ask(entry) {
    this.undoing = entry;
    part("undo-who").textContent = fill(words.undo_line, { name: entry.guest?.name ?? wordOf(entry.key), time: moment(entry.at) });
    part("undo-reason").value = part("undo-error").textContent = "";
    open("undo");
    part("undo-reason").focus();
  }

  async undo() {
    const reason = part("undo-reason").value.trim();
    part("undo-error").textContent = reason ? "" : words.reason_needed;
    part("undo-reason").setAttribute("aria-invalid", String(!reason));
    if (!reason) return part("undo-reason").focus();
    closeSheets();
    const entry = this.undoing;
    const answer = await this.record({ kind: "annul", annuls: entry.id, reason }, entry.guest);
    if (answer?.key === "annulled") Object.assign(entry, { was: entry.key, key: "annulled" });
    this.draw();
  }
}
