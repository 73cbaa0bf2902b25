// The camera on the page: started by one tap, remembered, its light, its choice.
import { Camera } from "./scan-camera.js";
import { fill, page, part, remember, words } from "./scan-page.js";

export const hasCamera = isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);

export class View {
  constructor(onText) {
    this.camera = hasCamera ? new Camera(part("video"), page.dataset.worker, onText) : null;
    this.isLit = false;
    this.trouble = null;
    part("insecure").hidden = isSecureContext;
    part("view").hidden = !this.camera;
    if (!this.camera) return;
    part("start").addEventListener("click", () => this.start());
    part("camera").addEventListener("change", () => {
      remember("camera", part("camera").value);
      this.start();
    });
    part("torch").addEventListener("click", () => this.light(!this.isLit));
    page.addEventListener("language", () => this.draw());
    document.addEventListener("visibilitychange", () => {
      // A phone that was locked comes back with a dead picture.
      if (!document.hidden && this.isOn && this.camera.track?.readyState === "ended") this.start();
    });
  }

  get isOn() {
    return !part("video").hidden;
  }

  // Where a camera was allowed once, the page begins with it: no tap after every reload.
  async begin() {
    if (!this.camera || remember("camera-on") !== "yes") return;
    try {
      const { state } = await navigator.permissions.query({ name: "camera" });
      if (state === "granted") await this.start();
    } catch {
      // Some browsers do not tell: then it takes the tap.
    }
  }

  async start(options = {}) {
    const chosen = options.front ? null : remember("camera");
    this.trouble = null;
    part("start").hidden = true;
    try {
      await this.camera.start(chosen, options.front ? "user" : "environment");
    } catch (error) {
      if (chosen && error.name !== "NotAllowedError") { // the camera chosen once is gone
        remember("camera", null);
        return this.start(options);
      }
      this.trouble = error.name === "NotAllowedError" ? "camera_denied" : "camera_missing";
      part("start").hidden = false;
      return this.draw();
    }
    remember("camera-on", "yes");
    part("video").hidden = false;
    part("view").classList.remove("scan__view--off");
    this.isLit = false;
    await this.list();
    return this.draw();
  }

  stop() {
    this.camera?.stop();
  }

  async list() {
    const cameras = await this.camera.cameras();
    const current = this.camera.track?.getSettings().deviceId;
    part("camera").replaceChildren(...cameras.map((one, at) => new Option(
      one.label || fill(words.camera_number, { number: at + 1 }), one.deviceId, false, one.deviceId === current,
    )));
    part("camera-choice").hidden = cameras.length < 2;
  }

  // The step of preparing that is ours; a desk without a camera has a hand scanner.
  async ready() {
    if (!this.camera || !(await this.camera.cameras()).length) return [];
    const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
    return [{ step: "camera", isDone: this.isOn || permission?.state === "granted", note: "" }];
  }

  async light(isOn) {
    try {
      await this.camera.torch(isOn);
      this.isLit = isOn;
    } catch {
      this.isLit = false;
    }
    this.draw();
  }

  draw() {
    part("camera-note").textContent = this.trouble ? words[this.trouble] : "";
    part("camera-note").hidden = !this.trouble;
    part("torch").hidden = !this.camera.hasTorch;
    part("torch").setAttribute("aria-pressed", String(this.isLit));
    part("torch-word").textContent = this.isLit ? words.torch_off : words.torch_on;
  }
}
