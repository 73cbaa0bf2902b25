// Counting people by a tap, where the doors are open to everybody. Each tap is stored before it counts.
import { fill, page, part, remember, words } from "./scan-page.js";

export class Tally {
  // place(): {site, sitting} as chosen on the phone; without a site nothing is counted.
  constructor({ engine, place, onNowhere, onUnstored }) {
    Object.assign(this, { engine, place, onNowhere, onUnstored, isShown: remember("tally") === "on", count: counted() });
    part("tally-add").addEventListener("click", () => this.tap(1));
    part("tally-take").addEventListener("click", () => this.tap(-1));
    page.addEventListener("language", () => this.draw());
    this.draw();
  }

  show(isShown) {
    this.isShown = isShown;
    remember("tally", isShown ? "on" : null);
    this.draw();
  }

  async tap(people) {
    if (people < 0 && this.count <= 0) return;
    const place = this.place();
    if (!place.site) return this.onNowhere();
    this.count += people; // two quick taps are two people
    const { isStored } = await this.engine.tally(people, place).catch(() => ({ isStored: false }));
    if (!isStored) {
      this.count -= people;
      this.onUnstored();
    }
    remember("tallied", `${today()}:${this.count}`);
    navigator.vibrate?.(30);
    this.draw();
  }

  draw() {
    part("tally").hidden = !this.isShown;
    part("tally-take").disabled = this.count <= 0;
    part("tally-count").textContent = fill(words.tally_count, { count: this.count });
  }
}

function today() {
  return new Date().toLocaleDateString("en-CA", { timeZone: "Asia/Ho_Chi_Minh" });
}

function counted() {
  const [day, count] = (remember("tallied") ?? "").split(":");
  return day === today() ? Math.max(0, Number(count) || 0) : 0;
}
