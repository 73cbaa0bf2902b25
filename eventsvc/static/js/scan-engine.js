// The door's memory and its line to the server: records every scan, decides it here when the server is silent, and
// delivers everything when it speaks again. What people see is the business of scan.js.
import { canSeal } from "./scan-crypto.js";
import { List } from "./scan-list.js";
import { isKept, keepPage, pageState } from "./scan-offline.js";
import { distance, hours, isAdmitting, isAlreadyIn, judge, matters, millis } from "./scan-rules.js";
import { ask, BOOT, sendScans, Unsent } from "./scan-send.js";
import * as store from "./scan-store.js";
import { Sync } from "./scan-sync.js";

const PATIENCE_MS = 2000;
const LATEST_MS = 20000;

export class Engine extends EventTarget {
  #addresses;
  #sync;
  #list = new List();
  #asking = new Set();
  #deciding = Promise.resolve();
  #counts = { waiting: 0, counted: 0, scans: 0 };
  #isPageKept = false;
  #isStored = true;

  // {scans, bundle, status, guests, tallies}
  constructor(addresses) {
    super();
    this.#addresses = addresses;
    this.device = null;
    this.#sync = new Sync({
      addresses,
      list: this.#list,
      asking: this.#asking,
      device: () => this.device,
      waiting: () => this.#counts.scans,
      heard: (result) => this.#settle(result),
      changed: () => this.#changed(),
      follow: (list) => this.#follow(list),
    });
  }

  // Who we are, or null: then the phone is not enrolled, or (isStored is false) keeps nothing.
  async begin() {
    keepPage().then((kept) => this.#noteKept(kept));
    try {
      this.device = (await store.device()) ?? null;
      if (!this.device) return null;
      await this.#list.load();
      await this.#sync.load();
    } catch {
      this.#isStored = false;
      this.device = null;
      return null;
    }
    navigator.storage?.persist?.();
    this.#sync.start();
    await this.#changed();
    return this.device;
  }

  get state() {
    return {
      isOnline: this.#sync.isOnline,
      waiting: this.#counts.waiting,
      counted: this.#counts.counted,
      list: this.#list.summary,
      offsetMs: this.#sync.offsetMs,
      isReady: Boolean(this.#list.body) && this.#isPageKept,
      isStored: this.#isStored,
      isRevoked: this.#sync.isRevoked,
    };
  }

  // The sittings of the list, for whoever chooses one by hand.
  get sittings() {
    return this.#list.body?.sittings ?? [];
  }

  // --- A scan --------------------------------------------------------------------------------------------

  // {key, result, isOffline}: key is an outcome of the rules, or "refused", "unsent", "unknown_device", "unstored".
  async record(fields) {
    const scan = {
      scan_id: store.newId(),
      boot_id: BOOT,
      mono_ms: Math.round(performance.now()),
      scanned_at: new Date().toISOString(),
      ...(this.#sync.offsetMs === null ? {} : { offset_ms: this.#sync.offsetMs }),
      ...(this.device.site ? { site: this.device.site } : {}),
      kind: "entry",
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== "")),
    };
    const mode = scan.mode === "manual" ? "manual" : "online";
    return this.#sync.isOnline ? this.#askFirst({ ...scan, mode }) : this.#decideFirst({ ...scan, mode });
  }

  async #askFirst(scan) {
    let kept;
    try {
      kept = await store.add(this.device, scan, { decision: null, bundle: null });
    } catch {
      return this.#unstored(scan, false);
    }
    this.#asking.add(scan.scan_id);
    this.#changed();
    const asked = this.#send(kept);
    asked.catch(() => {});
    let failure = new Unsent("slow");
    try {
      const result = await orLate(asked, PATIENCE_MS);
      if (result) {
        await this.#learn(scan, result);
        return { key: keyOf(result), result, isOffline: false };
      }
    } catch (error) {
      if (!(error instanceof Unsent)) throw error;
      failure = error;
    }
    if (failure.why === "unknown_device") {
      return { key: "unknown_device", result: { scan_id: scan.scan_id }, isOffline: false };
    }
    this.#sync.failed(failure);
    asked.then((result) => this.#settle(result), () => {});
    return this.#inTurn(async () => {
      const decided = await this.#decide(scan);
      this.#asking.delete(scan.scan_id); // who delivers it first does not matter
      try {
        await store.redecide(scan.scan_id, decided.how, decided.seen);
      } catch {
        return this.#unstored(scan, true);
      }
      return this.#shown(decided);
    });
  }

  // Without network nobody waits for anything.
  #decideFirst(scan) {
    return this.#inTurn(async () => {
      const decided = await this.#decide(scan);
      try {
        await store.add(this.device, scan, decided.how, decided.seen);
      } catch {
        return this.#unstored(scan, true);
      }
      return this.#shown(decided);
    });
  }

  async #shown({ key, result, annuls }) {
    if (annuls) await store.renote(annuls, () => null).catch(() => {});
    this.#isStored = true;
    this.#changed();
    this.#sync.soon();
    return { key, result, isOffline: true };
  }

  #unstored(scan, isOffline) {
    this.#isStored = false;
    this.#changed();
    return { key: "unstored", result: { scan_id: scan.scan_id }, isOffline };
  }

  // One after another: the second scan of a pass must know of the first.
  #inTurn(work) {
    const turn = this.#deciding.then(work);
    this.#deciding = turn.catch(() => {});
    return turn;
  }

  async #send(kept) {
    try {
      const [result] = await sendScans(this.#addresses.scans, this.device.token, [kept], {
        patienceMs: LATEST_MS,
        heard: (answer) => this.#sync.heard(answer),
      });
      if (!result) throw new Unsent("busy");
      if (result.status === "quarantined") this.#sync.doubt();
      return result;
    } finally {
      this.#asking.delete(kept.scan_id);
      this.#changed();
    }
  }

  // --- Deciding here -------------------------------------------------------------------------------------

  async #decide(scan) {
    const how = { mode: scan.mode === "manual" ? "manual" : "offline", decision: null, bundle: null };
    const unsent = { key: "unsent", result: { scan_id: scan.scan_id }, how, seen: null };
    if (!canSeal || !this.#list.body || this.#sync.isRevoked) return unsent;
    try {
      if (!this.#mayRecord(scan)) return { ...unsent, key: "refused" };
      const found = await this.#found(scan);
      const others = await store.seenOf(found.hash, found.guest?.guest);
      const at = Math.max(this.#sync.now(), this.#list.body.issued_at ?? 0);
      const list = this.#list.body;
      const { outcome, standing, sitting, result } = judge({ scan, found, list, others, at, device: this.device.device });
      const seen = this.#seen(scan, found, { at, standing, outcome, sitting });
      const decided = { ...how, decision: outcome, bundle: this.#list.name };
      return { key: outcome, result, how: decided, seen, annuls: scan.kind === "annul" ? scan.annuls : null };
    } catch {
      return unsent; // a list that cannot be read decides nothing; the scan is kept all the same
    }
  }

  #mayRecord(scan) {
    const profile = this.device.profile;
    if (scan.kind === "annul") return profile === "supervisor" && Boolean(scan.reason && scan.annuls);
    if (profile === "scan" && scan.mode === "manual") return false;
    return Boolean(scan.code) || (profile !== "scan" && Boolean(scan.guest || scan.name));
  }

  async #found(scan) {
    if (scan.code) return this.#list.ofCode(scan.code);
    if (scan.guest) return this.#list.ofGuest(scan.guest, this.device.token);
    const guest = { honorific: null, name: scan.name, position: null, organization: scan.organization ?? null, seat: null, note: null };
    return { where: "walk_in", hash: null, guest };
  }

  #seen(scan, found, { at, standing, outcome, sitting, ...more }) {
    if (!matters(standing) || scan.kind === "annul" || (!found.hash && !found.guest?.guest)) return null;
    const seen = { scan_id: scan.scan_id, at, standing, outcome, sitting, site: scan.site ?? null, device: this.device.device, ...more };
    if (found.hash) seen.hash = found.hash;
    if (found.guest?.guest) seen.guest = found.guest.guest;
    return seen;
  }

  // What the server said about a scan, kept for the time without it.
  async #learn(scan, result) {
    const { outcome, first } = result;
    try {
      if (scan.kind === "annul") return await store.renote(scan.annuls, () => null);
      if (!canSeal || !this.#list.body || !matters(outcome) || outcome === "other_site") return null;
      const found = await this.#found(scan);
      const sitting = scan.sitting ?? judge({
        scan, found, list: this.#list.body, others: [], at: this.#sync.now(), device: this.device.device,
      }).sitting;
      const standing = outcome === "exited" || isAdmitting(outcome) ? outcome : "admitted";
      const seen = this.#seen(scan, found, { at: this.#sync.now(), standing, outcome, sitting });
      if (seen) await store.note(seen);
      if (seen && first && isAlreadyIn(outcome) && first.device !== this.device.name) {
        const there = { at: millis(first.at), site: first.site, device: null, outcome: "admitted", standing: "admitted" };
        await store.note({ ...seen, ...there, scan_id: `first:${scan.scan_id}`, device_name: first.device, site_name: first.site_name });
      }
    } catch {
      // Only a convenience: the server knows.
    }
    return null;
  }

  // An answer to a scan whose light has been shown.
  async #settle(result) {
    const key = keyOf(result);
    if (result.status === "quarantined") this.#sync.doubt();
    await store.renote(result.scan_id, (seen) => (matters(key) ? { ...seen, outcome: key } : null)).catch(() => {});
    this.dispatchEvent(new CustomEvent("late", { detail: { scan_id: result.scan_id, key, result } }));
    this.#changed();
  }

  // --- Everything else -----------------------------------------------------------------------------------

  // {items, isOffline, isClosed}: who is called so, here or (with network) elsewhere; nobody outside of our hours.
  async find(query) {
    if (this.#sync.isOnline && this.#addresses.guests) {
      try {
        const url = `${this.#addresses.guests}?q=${encodeURIComponent(query)}`;
        const answer = await ask(url, this.device.token, { patienceMs: PATIENCE_MS });
        return { items: answer.body.items, isOffline: false };
      } catch (failure) {
        if (!(failure instanceof Unsent)) throw failure;
        if (failure.code === "outside_hours") return { items: [], isOffline: false, isClosed: true };
        if (["network", "slow", "busy"].includes(failure.why)) this.#sync.failed(failure);
      }
    }
    const isOnDuty = !distance(hours(this.#list.body?.device), this.#sync.now());
    if (!isOnDuty) return { items: [], isOffline: true, isClosed: true };
    if (!canSeal || !this.#list.body) return { items: [], isOffline: true };
    const items = await this.#list.find(query, this.device.token);
    for (const item of items) item.is_in = await this.#isIn(item.guest);
    return { items, isOffline: true };
  }

  async #isIn(guest) {
    const seen = (await store.seenOf(null, guest)).sort((a, b) => a.at - b.at);
    return Boolean(seen.length) && seen.at(-1).standing !== "exited";
  }

  // Everything that is needed without network, fetched and proven. [{step, isDone, note}]
  async prepare() {
    const page = await pageState().catch(() => ({ isKept: false, total: 0, missing: [] }));
    this.#noteKept(page.isKept);
    await this.#sync.everything();
    const isDisk = await store.proveDisk().then(() => true, () => false);
    const isPersisted = Boolean(await navigator.storage?.persist?.());
    const { list, waiting, offsetMs } = this.state;
    const needsReader = page.missing.some((address) => /zxing|worker/.test(address));
    this.#isStored = isDisk;
    this.#changed();
    return [
      { step: "device", isDone: Boolean(this.device) && !this.#sync.isRevoked, note: this.device?.name ?? "" },
      { step: "page", isDone: page.isKept, note: String(page.total) },
      { step: "reader", isDone: page.isKept && !needsReader, note: "" },
      { step: "list", isDone: Boolean(list), note: list ? String(list.size) : "" },
      { step: "storage", isDone: isDisk, note: isPersisted ? "persistent" : "" },
      { step: "clock", isDone: offsetMs !== null && Math.abs(offsetMs) <= 5000, note: String(Math.round((offsetMs ?? 0) / 1000)) },
      { step: "queue", isDone: waiting === 0, note: String(waiting) },
    ];
  }

  // People counted by a tap; taken back with a negative number.
  async tally(people, { site, sitting } = {}) {
    const tally = { tally_id: store.newId(), people, counted_at: new Date(this.#sync.now()).toISOString() };
    if (this.device.site ?? site) tally.site = this.device.site ?? site;
    if (sitting) tally.sitting = sitting;
    try {
      await store.addTally(this.device, tally);
    } catch {
      this.#isStored = false;
      this.#changed();
      return { isStored: false };
    }
    this.#changed();
    this.#sync.soon();
    return { isStored: true };
  }

  async sendNow() {
    await this.#sync.everything();
  }

  // Stop using this phone: not while anything waits.
  async forget() {
    await this.#sync.everything();
    await this.#changed();
    if (this.#counts.waiting) return { isForgotten: false, waiting: this.#counts.waiting };
    this.#sync.stop();
    await this.#list.wipe();
    await store.forgetDevice();
    this.device = null;
    await this.#changed();
    return { isForgotten: true, waiting: 0 };
  }

  // Whoever moves or renames a device does so on the server; the phone hears of it with its list.
  async #follow(list) {
    if (!list?.device || !this.device) return;
    const { name, profile } = list.device;
    const now = { name, profile, site: list.site?.code ?? null, site_name: list.site?.name ?? null };
    if (Object.entries(now).every(([key, value]) => (this.device[key] ?? null) === value)) return;
    this.device = await store.reviseDevice(this.device, now);
  }

  #noteKept(isPageKept) {
    this.#isPageKept = isPageKept;
    this.#changed();
  }

  async #changed() {
    try {
      if (this.device) this.#counts = await store.counts(this.device);
      this.#isPageKept ||= await isKept().catch(() => false);
    } catch {
      this.#isStored = false;
    }
    this.dispatchEvent(new CustomEvent("state"));
  }
}

function keyOf(result) {
  return result.outcome ?? "refused";
}

// The answer, or null when it does not come in time.
function orLate(promise, ms) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, null))]);
}

