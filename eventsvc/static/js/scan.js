// The scanner at the door: what is scanned, typed or chosen becomes a light. The engine stores, decides and sends;
// this page shows. A later guest's answer is never replaced by an earlier guest's.
import { AnswerPanel } from "./scan-answer.js";
import { Engine } from "./scan-engine.js";
import { Kiosk } from "./scan-kiosk.js";
import { closeSheets, fill, moment, page, part, remember, words } from "./scan-page.js";
import { stayAwake } from "./scan-power.js";
import { listenForPreparing } from "./scan-prepare.js";
import { Recent } from "./scan-recent.js";
import { Search } from "./scan-search.js";
import { listenForLanguage, listenForSettings } from "./scan-settings.js";
import { StateLine } from "./scan-state.js";
import { list } from "./scan-store.js";
import { Tally } from "./scan-tally.js";
import { hasCamera, View } from "./scan-view.js";
import { listenForWalkIns } from "./scan-walkin.js";
import { listenForWedge } from "./wedge.js";

const SAME_CODE_MS = 3000;
const IDLE_AFTER_MS = 12000;
const CODE = /^[0-9a-z]{26}$/i;
const STAYS = new Set(["asking", "unstored", "unknown_device", "device_revoked"]);
const FINDS_PEOPLE = new Set(["search", "supervisor"]);

const { scans, bundle, status, guests, tallies } = page.dataset;
const engine = new Engine({ scans, bundle, status, guests, tallies });
const panel = new AnswerPanel(part("answer"));
const lastSeen = new Map();
let device = null;
let kind = "entry";
let turns = 0;
let idleTimer = 0;
let elsewhere = null; // what was scanned of a guest of another site, while "let in here" is offered
let known = {}; // what the list says besides people
let offered; // the version of that list
let kiosk, recent, view;

// --- From a code to a light ----------------------------------------------------------------------------

function onText(text) {
  if (document.querySelector("dialog[open]")) return; // staff are busy with somebody else
  const code = text.trim();
  const now = performance.now();
  if (!code || now - (lastSeen.get(code) ?? -Infinity) < SAME_CODE_MS) {
    if (lastSeen.has(code)) lastSeen.set(code, now); // still held before the camera
    return;
  }
  lastSeen.set(code, now);
  for (const [old, at] of lastSeen) if (now - at > 60000) lastSeen.delete(old);
  record({ code });
}

// Typed or shot by a hand scanner: meant each time, unlike what lies before a camera.
function onTyped(text) {
  closeSheets();
  lastSeen.delete(text.trim());
  onText(text);
}

async function record(fields, about = null) {
  offerToAdmit(null);
  const turn = ++turns;
  const sitting = chosenSitting();
  if (!device.site && !fields.site && fields.kind !== "annul") fields = { ...fields, site: part("site").value };
  if (fields.site === "") return show("nowhere", {});
  show("asking", {}, { quiet: true });
  const answer = await decided({ kind, ...(sitting ? { sitting } : {}), ...fields });
  const result = { ...answer.result };
  if (about && !result.guest && answer.key !== "unstored") result.guest = about;
  if (answer.isOffline && result.first && !result.first.device) result.first = { ...result.first, device: device.name };
  const isLast = turn === turns;
  scrollTo({ top: 0, behavior: "instant" });
  if (isLast) show(answer.key, result, answer);
  if (answer.key !== "unstored") recent.add(answer.key, result, { isOffline: answer.isOffline, kind: fields.kind ?? kind });
  if (isLast && answer.key === "other_site" && fields.code && FINDS_PEOPLE.has(device.profile) && !kiosk.isOn) offerToAdmit(fields);
  tell();
  return answer;
}

// Whatever happens, a light is shown; what could not be kept is red.
async function decided(fields) {
  try {
    return await engine.record(fields);
  } catch (failure) {
    console.warn("not recorded:", failure.name);
    return { key: "unstored", result: {}, isOffline: false };
  }
}

function show(key, result, options) {
  panel.show(key, result, options);
  clearTimeout(idleTimer);
  if (!STAYS.has(key)) idleTimer = setTimeout(() => { if (part("admit").hidden) idle(); }, IDLE_AFTER_MS);
}

function idle() {
  clearTimeout(idleTimer);
  if (engine.state.isRevoked) panel.show("device_revoked", {}, { quiet: true });
  else panel.show(kind === "exit" ? "idle_exit" : "idle", {}, { quiet: true });
}

function offerToAdmit(fields) {
  elsewhere = fields;
  part("admit").hidden = !fields;
  part("reason").value = "";
}

// The server's answer to what was decided here: quietly where it is the same, called out where it is not.
function onLate({ detail }) {
  if (panel.shown && panel.shown === detail.scan_id) show(detail.key, detail.result, { quiet: detail.key === panel.last[0] });
  recent.correct(detail);
  tell();
}

// --- Entry or exit, which sitting -----------------------------------------------------------------------

function turnTo(way) {
  kind = way;
  page.classList.toggle("scan--leaving", way === "exit");
  part("way-in").setAttribute("aria-pressed", String(way === "entry"));
  part("way-out").setAttribute("aria-pressed", String(way === "exit"));
  part("leaving").hidden = part("leaving-too").hidden = way !== "exit";
  offerPeople();
  offerToAdmit(null);
  idle();
}

function offerPeople() {
  const mayFind = FINDS_PEOPLE.has(device.profile);
  part("open-search").hidden = !mayFind;
  part("open-walk-in").hidden = !mayFind || kind === "exit";
}

function chosenSitting() {
  return Number(part("sitting").value) || null;
}

// Moved or renamed on the server: another place, other rights.
function follow() {
  if (!engine.device || engine.device === device) return;
  device = engine.device;
  name();
  offerPeople();
  recent.draw();
}

async function offerChoices() {
  const version = engine.state.list?.version;
  if (version !== offered) known = (await list().catch(() => null))?.body ?? {};
  offered = version;
  offerSites(known.sites ?? []);
  const sittings = (known.sittings ?? []).filter((one) => !one.cancelled_at);
  const chosen = part("sitting").value;
  part("sitting-choice").hidden = sittings.length < 2;
  part("sitting").replaceChildren(
    new Option(words.sitting_open, ""),
    ...sittings.map((one) => new Option(
      [one.starts_at && moment(one.starts_at), one.title].filter(Boolean).join(" – "), one.number, false, String(one.number) === chosen,
    )),
  );
}

// A phone of every site says where it stands.
function offerSites(sites) {
  const chosen = remember("site");
  part("site-choice").hidden = Boolean(device.site);
  part("site").replaceChildren(
    new Option(words.site_needed, ""), ...sites.map((one) => new Option(one.name, one.code, false, one.code === chosen)),
  );
}

function tell() {
  part("counted").textContent = fill(words.counted, { count: engine.state.counted ?? 0 });
}

// --- Beginning -----------------------------------------------------------------------------------------

function listen() {
  const site = () => device.site || part("site").value;
  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = part("code").value;
    part("code").value = "";
    onTyped(code);
  });
  part("admit").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = part("reason").value.trim();
    if (!reason) return part("reason").focus();
    if (CODE.test(reason.replace(/[\s-]/g, ""))) { // the next guest's code is no reason to let this one in
      part("reason").value = "";
      return onText(reason);
    }
    return record({ ...elsewhere, kind: "entry", mode: "manual", reason });
  });
  part("site").addEventListener("change", () => remember("site", part("site").value || null));
  part("way-in").addEventListener("click", () => turnTo("entry"));
  part("way-out").addEventListener("click", () => turnTo("exit"));
  offerPeople();
  new Search({ engine, record, site, kind: () => kind });
  listenForWalkIns(record);
  listenForWedge(onTyped, () => show("mangled", {}));
  listenForPreparing(engine, view);
  const tally = new Tally({
    engine,
    place: () => ({ site: site(), sitting: chosenSitting() }),
    onNowhere: () => show("nowhere", {}),
    onUnstored: () => show("unstored", {}),
  });
  listenForSettings({ panel, tally, view, engine });
  kiosk = new Kiosk({ panel, view, onChange: (isKiosk) => {
    part("tally").hidden = isKiosk || !tally.isShown;
    if (isKiosk) turnTo("entry");
    idle();
  } });
  engine.addEventListener("late", onLate);
  let wasRevoked = engine.state.isRevoked;
  engine.addEventListener("state", () => {
    follow();
    offerChoices();
    tell();
    if (engine.state.isRevoked !== wasRevoked) idle();
    wasRevoked = engine.state.isRevoked;
  });
  page.addEventListener("language", () => { name(); offerChoices(); tell(); });
}

function name() {
  part("place").textContent = device?.site_name ?? (device ? words.every_site : words.title);
  part("who").textContent = device ? [device.name, device.event_title].filter(Boolean).join(" · ") : "";
}

async function begin() {
  listenForLanguage();
  recent = new Recent({ record, maySeeUndo: () => device?.profile === "supervisor" && !kiosk.isOn });
  await recent.recall().catch(() => {});
  device = await engine.begin();
  if (!engine.state.isStored) {
    part("door").hidden = false;
    part("who").textContent = "";
    panel.show("unstored");
    return;
  }
  name();
  if (!device) {
    part("unenrolled").hidden = false;
    page.addEventListener("language", name);
    return;
  }
  part("door").hidden = false;
  panel.hasCamera = hasCamera;
  view = new View(onText);
  idle();
  listen();
  new StateLine(engine).show();
  offerChoices();
  tell();
  stayAwake();
  if (!kiosk.isOn) view.begin();
}

begin();
