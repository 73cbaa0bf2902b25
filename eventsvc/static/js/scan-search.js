// Finding people by name, for those who may: as you type, with the network or without; marked by hand.
import { button, closeSheets, element, fill, language, open, page, part, words } from "./scan-page.js";

const PAUSE_MS = 160;
const LEAST = 2;

export class Search {
  constructor({ engine, record, kind, site }) {
    Object.assign(this, { engine, record, kind, site, turn: 0, timer: 0, found: null });
    part("open-search").addEventListener("click", () => this.open());
    part("query").addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.find(), PAUSE_MS);
    });
    part("query").addEventListener("keydown", (event) => {
      if (event.key === "Escape") closeSheets(); // where some browsers only empty the field
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      event.preventDefault();
      part("people").querySelector("button")?.focus();
    });
    page.addEventListener("language", () => this.draw());
  }

  open() {
    part("query").value = "";
    this.found = null;
    this.draw();
    open("search");
    part("query").focus();
  }

  async find() {
    const typed = part("query").value.trim();
    const turn = ++this.turn;
    if (typed.length < LEAST) this.found = null;
    else {
      try {
        const found = await this.engine.find(typed);
        if (turn !== this.turn) return; // somebody typed on
        this.found = found;
      } catch {
        this.found = { items: [], isOffline: true, isFailed: true };
      }
    }
    this.draw();
  }

  draw() {
    const { items = [], isOffline, isFailed, isClosed } = this.found ?? {};
    const said = !this.found ? words.search_hint : isClosed ? words.search_closed : isFailed ? words.search_failed
      : items.length ? fill(words.found, { count: items.length.toLocaleString(language) }) : words.search_none;
    part("search-said").textContent = isOffline && !isFailed && !isClosed ? `${said} ${words.search_offline}` : said;
    part("people").replaceChildren(...items.map((item) => this.row(item)));
  }

  row(item) {
    const isElsewhere = Boolean(item.site && this.site() && item.site.code !== this.site());
    const row = element(
      "li", "people__one",
      element("div", "people__who", element("b", "", [item.honorific, item.name].filter(Boolean).join(" ")),
        element("span", "", [item.position, item.organization].filter(Boolean).join(", ")),
        element("span", "people__facts", [
          item.seat && fill(words.seat, { seat: item.seat }),
          isElsewhere && fill(words.elsewhere, { site: item.site.name }),
          item.is_in && words.is_in,
        ].filter(Boolean).join(" · "))),
    );
    const mark = button(`button${item.is_in && this.kind() === "entry" ? "" : " button--primary"}`, () => this.mark(item, isElsewhere, row), words[this.kind() === "exit" ? "mark_out" : "mark_in"]);
    mark.setAttribute("aria-label", `${mark.textContent}: ${item.name}`);
    row.append(mark);
    return row;
  }

  mark(item, isElsewhere, row) {
    if (isElsewhere && this.kind() !== "exit") return this.askWhy(item, row);
    return this.take(item);
  }

  // Somebody else's guest is let in with a reason, as at the camera.
  askWhy(item, row) {
    if (row.querySelector("form")) return;
    const form = document.createElement("form");
    form.className = "people__why";
    form.noValidate = true;
    const input = document.createElement("input");
    Object.assign(input, { id: `why-${item.guest}`, maxLength: 200, autocomplete: "off", required: true });
    const label = element("label", "", words.reason_here);
    label.htmlFor = input.id;
    const error = document.createElement("p");
    error.className = "error";
    error.setAttribute("role", "alert");
    form.append(label, input, error, element("button", "button button--primary", words.let_in_here));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) return this.take(item, input.value.trim());
      error.textContent = words.reason_needed;
      input.focus();
    });
    row.querySelector("button").hidden = true;
    row.append(form);
    input.focus();
  }

  take(item, reason) {
    closeSheets();
    const place = !this.site() && item.site ? { site: item.site.code } : {};
    this.record({ guest: item.guest, mode: "manual", ...place, ...(reason ? { reason } : {}) }, item);
  }
}
