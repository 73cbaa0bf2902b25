// A tablet that guests use alone: nothing to press but the way out, which asks for the PIN typed at the start.
import { closeSheets, open, page, part, remember, words } from "./scan-page.js";

const PIN = /^\d{4,8}$/;
const ROUNDS = 150000;

export class Kiosk {
  constructor({ panel, view, onChange }) {
    Object.assign(this, { panel, view, onChange });
    part("kiosk-part").hidden = !globalThis.crypto?.subtle;
    part("kiosk-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    part("kiosk-leave").addEventListener("click", () => {
      part("leave-pin").value = part("leave-error").textContent = "";
      open("leave-kiosk");
      part("leave-pin").focus();
    });
    part("leave-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.leave();
    });
    if (remember("kiosk")) this.wear(true); // a tablet that was started anew is still a kiosk
  }

  async begin() {
    const pin = part("kiosk-pin").value.trim();
    part("kiosk-error").textContent = PIN.test(pin) ? "" : words.pin_needed;
    if (!PIN.test(pin)) return part("kiosk-pin").focus();
    const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
    remember("kiosk", `${salt}:${await digest(pin, salt)}`);
    part("kiosk-pin").value = "";
    closeSheets();
    this.wear(true);
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  async leave() {
    const [salt, kept] = (remember("kiosk") ?? ":").split(":");
    const isRight = (await digest(part("leave-pin").value.trim(), salt)) === kept;
    part("leave-pin").value = "";
    part("leave-error").textContent = isRight ? "" : words.pin_wrong;
    if (!isRight) return part("leave-pin").focus();
    remember("kiosk", null);
    closeSheets();
    this.wear(false);
    if (document.fullscreenElement) document.exitFullscreen();
  }

  wear(isKiosk) {
    page.classList.toggle("scan--kiosk", isKiosk);
    this.isOn = this.panel.isKiosk = isKiosk;
    for (const id of ["typed", "ways", "open-settings", "open-queue"]) part(id).hidden = isKiosk;
    part("kiosk-leave").hidden = !isKiosk;
    if (this.view.camera && (isKiosk || this.view.isOn)) this.view.start({ front: isKiosk });
    this.onChange(isKiosk);
  }
}

async function digest(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
