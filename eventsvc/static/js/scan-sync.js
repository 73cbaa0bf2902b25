// When to speak to the server: at once when something waits, every minute to say how we are, every few minutes for
// the list. Goes offline by itself and comes back by itself. Of several tabs one sends.
import { trueTime } from "./scan-rules.js";
import { ask, sendScans, Unsent } from "./scan-send.js";
import * as store from "./scan-store.js";

const AT_ONCE = 100;
const QUICK_MS = 2000;
const STATUS_MS = 60000;
const LIST_MS = 180000;
const IDLE_MS = 20000;
const PROBE_MS = 2000;
const FIRST_PROBE_MS = 500; // most lines are back within seconds
const FIRST_MS = 10000;
const LONGEST_MS = 15000;
const KEEP_OFFSET_MS = 500;

export class Sync {
  #timer = 0;
  #running = null;
  #isAgain = false;
  #isStopped = true;
  #notBefore = 0;
  #slowness = 0;
  #failedAt = -Infinity;
  #statusAt = -Infinity;
  #listAt = -Infinity;
  #epoch = null;
  #counted = null; // server time minus counter, since the last answer of this start
  #channel = globalThis.BroadcastChannel ? new BroadcastChannel("eventsvc-scan") : null;

  // {addresses, list, asking, device(), waiting(), heard(result), changed(), follow(list)}
  constructor(door) {
    this.door = door;
    this.isOnline = navigator.onLine !== false;
    this.isRevoked = false;
    this.offsetMs = null;
    this.wipeAt = null;
  }

  async load() {
    const [offset, epoch, revoked, wipeAt] = await Promise.all(
      ["offset", "epoch", "revoked", "wipe_at"].map((name) => store.recall(name)),
    );
    this.offsetMs = offset ?? null;
    this.#epoch = epoch ?? null;
    this.isRevoked = Boolean(revoked);
    this.wipeAt = (wipeAt === undefined ? this.door.list.body?.wipe_at : wipeAt) ?? null;
    await this.wipeWhenOver();
  }

  start() {
    this.#isStopped = false;
    addEventListener("online", () => this.now_());
    addEventListener("offline", () => this.failed(new Unsent("network")));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now_(); });
    if (this.#channel) this.#channel.onmessage = () => this.door.changed();
    this.soon(0);
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  // The server's time as far as we know it.
  now() {
    const counted = this.#counted === null ? null : this.#counted + performance.now();
    return trueTime(Date.now() + (this.offsetMs ?? 0), counted);
  }

  // --- What the line is like -----------------------------------------------------------------------------

  // Something was answered. Only a quick answer brings us back: a slow line would keep every guest waiting.
  async heard({ body, tookMs, sentAt }) {
    if (tookMs < QUICK_MS) {
      this.#slowness = 0;
      if (!this.isOnline) {
        this.isOnline = true;
        this.#listAt = Math.min(this.#listAt, performance.now() - LIST_MS);
        this.door.changed();
        this.soon(0);
      }
    }
    const server = Date.parse(body?.server_time);
    if (Number.isFinite(server)) await this.#measure(server - (sentAt + tookMs / 2));
    if (body?.store_epoch) await this.#compare(body.store_epoch);
  }

  async #measure(offset) {
    const isNew = this.offsetMs === null || Math.abs(this.offsetMs - offset) > KEEP_OFFSET_MS;
    this.offsetMs = Math.round(offset);
    this.#counted = Date.now() + offset - performance.now();
    if (isNew) await store.remember("offset", this.offsetMs).catch(() => {});
  }

  // Another life of the database: what it has forgotten is sent again.
  async #compare(epoch) {
    if (epoch === this.#epoch) return;
    try {
      if (this.#epoch === null) await store.remember("epoch", epoch);
      else await store.sendAllAgain(epoch);
    } catch {
      return; // not written down: the next answer says it again
    }
    this.#epoch = epoch;
    this.door.changed();
    this.soon(0);
  }

  failed(failure) {
    this.#slowness = failure.why !== "network" ? this.#slowness + 1 : 0;
    const was = this.isOnline;
    this.isOnline = false;
    if (was) this.#failedAt = performance.now();
    const usual = failure.why === "network" ? this.#probe() : Math.min(PROBE_MS * 2 ** Math.max(0, this.#slowness - 1), LONGEST_MS);
    const wait = Math.max(failure.retryAfter * 1000, usual);
    this.#notBefore = performance.now() + wait * (failure.why === "network" ? 1 : 1 + Math.random() / 4);
    if (was) this.door.changed();
    this.soon(wait);
  }

  #probe() {
    return performance.now() - this.#failedAt < FIRST_MS ? FIRST_PROBE_MS : PROBE_MS;
  }

  // --- The rounds ----------------------------------------------------------------------------------------

  soon(ms = 0) {
    if (this.#isStopped) return;
    if (this.#running) this.#isAgain = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#round(), Math.max(ms, this.#notBefore - performance.now(), 0));
  }

  // The network says it is there, or somebody presses the button.
  now_() {
    this.#notBefore = 0;
    this.soon(0);
  }

  // Something was not taken: are we still who we were?
  doubt() {
    this.#statusAt = -Infinity;
    this.soon(0);
  }

  // Everything at once, for whoever waits for it.
  async everything() {
    this.#notBefore = 0;
    this.#statusAt = this.#listAt = -Infinity;
    await this.#running;
    await this.#round();
  }

  #round() {
    clearTimeout(this.#timer);
    this.#running ??= this.#exchange().finally(() => {
      this.#running = null;
      const isAgain = this.#isAgain;
      this.#isAgain = false;
      this.door.changed();
      const idle = this.isOnline && this.door.waiting() > 0 ? PROBE_MS : this.isOnline ? IDLE_MS : this.#probe();
      this.soon(isAgain ? 0 : idle);
    });
    return this.#running;
  }

  async #exchange() {
    try {
      await this.wipeWhenOver();
      const sent = await alone(() => this.#sendQueue());
      if (sent || !this.isOnline || performance.now() - this.#statusAt >= STATUS_MS) await this.#tellStatus();
      if (performance.now() - this.#listAt >= LIST_MS) await this.#fetchList();
    } catch (failure) {
      if (!(failure instanceof Unsent)) throw failure;
      if (failure.why !== "unknown_device") this.failed(failure);
    }
  }

  async #sendQueue() {
    const { addresses, asking } = this.door;
    let sent = 0;
    let adopted = 0;
    for (const { own, token, scans } of await store.undelivered(asking)) {
      for (let at = 0; token && at < scans.length; at += AT_ONCE) {
        const batch = scans.slice(at, at + AT_ONCE).map(asLate);
        let results;
        try {
          results = await sendScans(addresses.scans, token, batch, {
            patienceMs: LONGEST_MS,
            heard: (answer) => this.heard(answer),
          });
        } catch (failure) {
          if (failure.why !== "unknown_device") throw failure;
          adopted += await this.#adopt(own, failure);
          break; // nobody knows this device now
        }
        sent += results.length;
        for (const result of results) this.door.heard(result);
        this.#channel?.postMessage("sent");
      }
    }
    return sent + (adopted ? await this.#sendQueue() : await this.#sendTallies());
  }

  // What an enrolment left that the server has forgotten: ours now, or it stays where it is.
  async #adopt(own, { code }) {
    return code === "unknown_device" ? store.adopt(own, this.door.device()) : 0;
  }

  async #sendTallies() {
    if (!this.door.addresses.tallies) return 0;
    let sent = 0;
    let adopted = 0;
    for (const { own, token, tallies } of await store.undeliveredTallies()) {
      for (let at = 0; token && at < tallies.length; at += AT_ONCE) {
        const batch = tallies.slice(at, at + AT_ONCE);
        try {
          const answer = await ask(this.door.addresses.tallies, token, { body: { tallies: batch } });
          const own = new Set(batch.map((tally) => tally.tally_id));
          const ids = (answer.body?.results ?? []).map((result) => result.tally_id).filter((id) => own.has(id));
          await store.deliveredTallies(ids);
          sent += ids.length;
        } catch (failure) {
          if (["network", "slow"].includes(failure.why)) throw failure;
          adopted += await this.#adopt(own, failure);
          break; // scans go through all the same
        }
      }
    }
    return sent + (adopted ? await this.#sendTallies() : 0);
  }

  async #tellStatus() {
    const { addresses, list } = this.door;
    const device = this.door.device();
    if (!addresses.status) return;
    const body = {
      device_clock: new Date().toISOString(),
      waiting: this.door.waiting(),
      bundle: list.body?.version ?? null,
      bundle_at: list.kept?.at ?? null,
      ...(await battery()),
    };
    let answer;
    try {
      answer = await ask(addresses.status, device.token, { body, patienceMs: LONGEST_MS });
    } catch (failure) {
      return this.#refused(failure);
    }
    this.#statusAt = performance.now();
    await this.heard(answer);
    await this.#keepEnd(answer.body.wipe_at);
    const isOther = answer.body.bundle && answer.body.bundle !== list.body?.version;
    const { opens_at: opens = null, closes_at: closes = null } = answer.body;
    const mine = list.body?.device;
    if (isOther || (mine && ((mine.opens_at ?? null) !== opens || (mine.closes_at ?? null) !== closes))) this.#listAt = -Infinity;
  }

  async #fetchList() {
    const { addresses, list } = this.door;
    const device = this.door.device();
    if (!addresses.bundle) return;
    let answer;
    try {
      answer = await ask(addresses.bundle, device.token, { etag: list.kept?.etag, patienceMs: 60000 });
    } catch (failure) {
      return this.#refused(failure);
    }
    this.#listAt = performance.now();
    if (answer.status === 304) await list.confirm();
    else await list.keep(answer.body, answer.etag);
    const body = answer.body ?? list.body;
    await this.#keepEnd(body?.wipe_at);
    await this.door.follow(body);
    this.door.changed();
  }

  // Shut out, or the event is over: the list goes, the scans are still sent. Any other refusal says only that the
  // server is there; whether it takes scans, the next scan will tell.
  async #refused(failure) {
    const isAnswer = failure.why === "busy" ? this.isOnline : !["network", "slow"].includes(failure.why);
    if (!isAnswer) throw failure;
    this.#statusAt = this.#listAt = performance.now();
    await this.heard({ body: null, tookMs: 0 });
    if (failure.why !== "unknown_device" && failure.code !== "event_over") return;
    if (failure.code === "device_revoked" && !this.isRevoked) {
      this.isRevoked = true;
      await store.remember("revoked", true);
    }
    if (this.door.list.body) await this.door.list.wipe();
    this.door.changed();
  }

  async #keepEnd(wipeAt) {
    if (wipeAt === undefined || wipeAt === this.wipeAt) return;
    this.wipeAt = wipeAt;
    await store.keepEnd(this.door.device(), wipeAt);
  }

  // A day after the event the phone holds nothing any more, but for what has not been delivered.
  async wipeWhenOver() {
    if (this.wipeAt && this.now() >= Date.parse(this.wipeAt) && this.door.list.body) {
      await this.door.list.wipe();
      this.door.changed();
    }
    await store.wipeSent(this.now());
  }
}

// What was asked about and never answered before the page went away: it belongs to its own time, not to this one.
function asLate(kept) {
  if (kept.how?.mode !== "online") return kept;
  return { ...kept, how: { ...kept.how, mode: "offline" } };
}

async function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request("eventsvc-scan", { ifAvailable: true }, (lock) => (lock ? work() : 0));
}

async function battery() {
  try {
    const found = await navigator.getBattery?.();
    return found ? { battery: Math.round(found.level * 100), charging: found.charging } : {};
  } catch {
    return {};
  }
}
