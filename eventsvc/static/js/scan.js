// The scanner at the door: a code becomes a stored scan, then a question to the server, then a light.
// Never green without the server's stored answer; what cannot be sent says so and is sent again by itself.
import { AnswerPanel, fill, moment } from "./scan-answer.js";
import { Camera } from "./scan-camera.js";
import { send, sendAll, Unsent } from "./scan-send.js";
import * as store from "./scan-store.js";
import { listenForWedge } from "./wedge.js";

const SAME_CODE_MS = 3000;
const IDLE_AFTER_MS = 12000;
const SEND_AGAIN_MS = 8000;
const RECENT = 4;
const CODE = /^[0-9a-z]{26}$/i;
const BOOT = store.newId();

const page = document.getElementById("scan");
const part = (id) => document.getElementById(id);
const words = JSON.parse(page.dataset.words);
const panel = new AnswerPanel(part("answer"), words, JSON.parse(page.dataset.lights), page.dataset.icons);
const hasCamera = isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
const camera = hasCamera ? new Camera(part("video"), page.dataset.worker, onText) : null;
const lastSeen = new Map();
let device = null;
let counted = 0;
let idleTimer = 0;
let isSending = false;
let notBefore = 0;
let elsewhere = null; // the code of a guest of another site, while "let in here" is offered

// --- From a code to a light ----------------------------------------------------------------------------

function onText(text) {
  const code = text.trim();
  const now = performance.now();
  if (!code || now - (lastSeen.get(code) ?? -Infinity) < SAME_CODE_MS) {
    if (lastSeen.has(code)) lastSeen.set(code, now); // still held before the camera
    return;
  }
  lastSeen.set(code, now);
  for (const [old, at] of lastSeen) if (now - at > 60000) lastSeen.delete(old);
  record({ code, kind: "entry", mode: "online" });
}

async function record(fields) {
  offerToAdmit(null);
  let kept;
  try {
    kept = await store.add(device, {
      scan_id: store.newId(),
      boot_id: BOOT,
      mono_ms: Math.round(performance.now()),
      scanned_at: new Date().toISOString(),
      ...(device.site ? { site: device.site } : {}),
      ...fields,
    });
  } catch {
    show("unstored");
    return;
  }
  counted += 1;
  tell();
  show("asking", { scan_id: kept.scan_id }, { quiet: true });
  try {
    const [result] = await send(page.dataset.scans, device.token, [kept]);
    if (!result) throw new Unsent("busy");
    answer(result, fields.code);
  } catch (failure) {
    if (!(failure instanceof Unsent)) throw failure;
    notBefore = Math.max(notBefore, Date.now() + failure.retryAfter * 1000);
    show(failure.why === "unknown_device" ? "unknown_device" : "unsent", { scan_id: kept.scan_id });
  }
  tell();
}

function answer(result, code) {
  const key = result.outcome ?? "refused";
  show(key, result);
  note(key, result);
  if (key === "other_site" && result.expected_site && code) offerToAdmit(code);
}

function show(key, result, options) {
  panel.show(key, result, options);
  clearTimeout(idleTimer);
  if (key !== "asking" && key !== "unstored" && key !== "unknown_device") {
    idleTimer = setTimeout(() => { if (part("admit").hidden) idle(); }, IDLE_AFTER_MS);
  }
}

function idle() {
  const line = camera ? words.idle_line : words.idle_typed_line;
  panel.words.idle_line = line;
  panel.show("idle", {}, { quiet: true });
}

function offerToAdmit(code) {
  elsewhere = code;
  part("admit").hidden = !code;
  part("reason").value = "";
}

// The last answers stay below in one line each; they are in memory only.
function note(key, result) {
  const item = document.createElement("li");
  const name = result.guest?.name ?? words[key];
  item.textContent = `${moment(new Date().toISOString())} ${name}${result.guest ? ` – ${words[key]}` : ""}`;
  part("recent").prepend(item);
  while (part("recent").children.length > RECENT) part("recent").lastChild.remove();
}

// --- What waits ----------------------------------------------------------------------------------------

async function sendAgain() {
  if (isSending || !device || Date.now() < notBefore || !(await store.waiting())) return;
  isSending = true;
  try {
    for (const result of await sendAll(page.dataset.scans)) {
      const key = result.outcome ?? "refused";
      if (panel.shown === result.scan_id) show(key, result);
      note(key, result);
    }
  } catch (failure) {
    if (!(failure instanceof Unsent)) throw failure;
    notBefore = Math.max(notBefore, Date.now() + failure.retryAfter * 1000);
  } finally {
    isSending = false;
    tell();
  }
}

async function tell() {
  const count = await store.waiting();
  part("waiting").textContent = count ? fill(words.waiting, { count }) : words.all_sent;
  part("waiting").classList.toggle("is-waiting", count > 0);
  part("counted").textContent = fill(words.counted, { count: counted });
}

// --- The camera ----------------------------------------------------------------------------------------

async function startCamera(cameraId) {
  const remark = part("camera-note");
  remark.hidden = true;
  part("start").hidden = true;
  try {
    await camera.start(cameraId);
  } catch (error) {
    if (cameraId) return startCamera(); // the camera chosen once is gone
    remark.textContent = error.name === "NotAllowedError" ? words.camera_denied : words.camera_missing;
    remark.hidden = false;
    part("start").hidden = false;
    return;
  }
  part("video").hidden = false;
  part("view").classList.remove("scan__view--off");
  showTorch(false);
  await listCameras();
}

async function listCameras() {
  const cameras = await camera.cameras();
  const current = camera.track?.getSettings().deviceId;
  part("camera").replaceChildren(...cameras.map((one, at) => new Option(
    one.label || fill(words.camera, { number: at + 1 }), one.deviceId, false, one.deviceId === current,
  )));
  part("camera-choice").hidden = cameras.length < 2;
}

function showTorch(isOn) {
  const button = part("torch");
  button.hidden = !camera.hasTorch;
  button.setAttribute("aria-pressed", String(isOn));
  button.textContent = isOn ? words.torch_off : words.torch_on;
}

function remember(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  return null;
}

// --- Beginning -----------------------------------------------------------------------------------------

function listen() {
  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = part("code").value;
    part("code").value = "";
    lastSeen.delete(code.trim());
    onText(code);
  });
  part("admit").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = part("reason").value.trim();
    if (!reason) return part("reason").focus();
    if (CODE.test(reason.replace(/[\s-]/g, ""))) {  // the next guest's code is no reason to let this one in
      part("reason").value = "";
      return onText(reason);
    }
    record({ code: elsewhere, kind: "entry", mode: "manual", reason });
  });
  listenForWedge(onText);
  part("resend").addEventListener("click", () => { notBefore = 0; sendAgain(); });
  addEventListener("online", () => { notBefore = 0; sendAgain(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAgain(); });
  setInterval(sendAgain, SEND_AGAIN_MS);
  part("sound").checked = remember("scan-sound") !== "off";
  panel.isLoud = part("sound").checked;
  part("sound").addEventListener("change", () => {
    panel.isLoud = part("sound").checked;
    remember("scan-sound", panel.isLoud ? "on" : "off");
  });
  part("forget").addEventListener("click", forget);
  if (!camera) return;
  part("start").addEventListener("click", () => startCamera(remember("scan-camera")));
  part("camera").addEventListener("change", () => {
    remember("scan-camera", part("camera").value);
    startCamera(part("camera").value);
  });
  part("torch").addEventListener("click", async () => {
    const isOn = part("torch").getAttribute("aria-pressed") !== "true";
    await camera.torch(isOn);
    showTorch(isOn);
  });
}

async function forget() {
  await sendAgain();
  if (await store.waiting()) {
    part("waiting").textContent = words.forget_waiting;
    return;
  }
  camera?.stop();
  await store.forgetDevice();
  location.reload();
}

async function begin() {
  try {
    device = await store.device();
  } catch {
    part("door").hidden = false;
    panel.show("unstored");
    return;
  }
  if (!device) {
    part("unenrolled").hidden = false;
    part("who").textContent = "";
    return;
  }
  part("place").textContent = device.site_name ?? words.every_site;
  part("who").textContent = [device.name, device.event_title].filter(Boolean).join(" · ");
  part("door").hidden = false;
  part("insecure").hidden = Boolean(camera) || isSecureContext;
  part("view").hidden = !camera;
  idle();
  listen();
  tell();
  sendAgain();
}

begin();
