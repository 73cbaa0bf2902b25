// What the phone keeps: which device it is, its list, and every scan until a day after the event. A scan is on disk
// before any light is shown ("strict"), and its number is taken in the same transaction, so that numbers have no gaps
// and no two tabs take the same one. What a scan says about people lies here sealed.
import { openDB } from "../vendor/idb-8.0.4/index.js";
import { canSeal, ownKey, seal, unseal } from "./scan-crypto.js";

const EVERYTHING = ["device", "queue", "sent", "list", "seen", "tallies"];
const PURPOSE = "eventsvc queue";
let opening = null;

function open() {
  opening ??= openDB("eventsvc-scan", 2, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore("device");
        database.createObjectStore("queue", { keyPath: "scan_id" });
      }
      database.createObjectStore("sent", { keyPath: "scan_id" });
      database.createObjectStore("list");
      const seen = database.createObjectStore("seen", { keyPath: "scan_id" });
      seen.createIndex("hash", "hash");
      seen.createIndex("guest", "guest");
      database.createObjectStore("tallies", { keyPath: "tally_id" });
    },
    blocking(_before, _after, event) {
      event.target.close();
      opening = null;
    },
    terminated() {
      opening = null;
    },
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

// All of it or nothing, on disk when the promise is kept.
async function write(stores, work) {
  const transaction = (await open()).transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    transaction.done.catch(() => {});
    try {
      transaction.abort();
    } catch {
      // It was over already.
    }
    throw error;
  }
}

// crypto.randomUUID() exists on secure addresses only; a hall without https types codes all the same.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// --- Who we are ----------------------------------------------------------------------------------------

export async function device() {
  return (await open()).get("device", "current");
}

// What this phone calls an enrolment: a name of its own, for a restored server gives the same number twice.
function own(enrolled) {
  return enrolled.own ?? enrolled.device;
}

// Another enrolment begins its own numbers; what an earlier one has not delivered stays under its own token. The
// list of the earlier one goes, and all that it knew of the event and the clock. The life of the store stays known:
// it is the server's, and tells that what was delivered before a restore must go again.
export async function keepDevice(enrolled) {
  const kept = { ...enrolled, own: newId() };
  await write(["device", "list", "seen"], async (transaction) => {
    const devices = transaction.objectStore("device");
    await devices.put(kept, "current");
    await devices.put({ token: kept.token, event: kept.event, wipe_at: null }, `token:${kept.own}`);
    for (const name of ["revoked", "wipe_at", "offset"]) await devices.delete(name);
    await transaction.objectStore("list").clear();
    await transaction.objectStore("seen").clear();
  });
}

// The server calls this device otherwise now, or has moved it. Answers the device as it is kept.
export async function reviseDevice(enrolled, changes) {
  return write(["device"], async (transaction) => {
    const devices = transaction.objectStore("device");
    const kept = await devices.get("current");
    if (!kept || own(kept) !== own(enrolled)) return enrolled; // enrolled anew meanwhile, in another tab
    const revised = { ...kept, ...changes };
    await devices.put(revised, "current");
    return revised;
  });
}

export async function forgetDevice() {
  await write(EVERYTHING, (transaction) => Promise.all(
    EVERYTHING.map((name) => transaction.objectStore(name).clear()),
  ));
}

// Small things to remember: the clock's offset, the store's epoch, that we are shut out.
export async function recall(name) {
  return (await open()).get("device", name);
}

export async function remember(name, value) {
  await write(["device"], (transaction) => transaction.objectStore("device").put(value, name));
}

// When the event of this enrolment is over, or null while nobody knows.
export async function keepEnd(enrolled, wipeAt) {
  await write(["device"], async (transaction) => {
    const devices = transaction.objectStore("device");
    await devices.put(wipeAt, "wipe_at");
    const name = `token:${own(enrolled)}`;
    await devices.put({ ...(await devices.get(name)), token: enrolled.token, event: enrolled.event, wipe_at: wipeAt }, name);
  });
}

// --- Scans ---------------------------------------------------------------------------------------------

// `how`: {mode, decision, bundle}, which may change until the scan is delivered; `seen`: what the next scan of the
// same person must know, or null.
export async function add(enrolled, scan, how, seen = null) {
  const { mode, ...said } = scan;
  const kept = { scan_id: scan.scan_id, device: own(enrolled), how: { mode, ...how }, ...(await sealed(enrolled, said)) };
  return write(["device", "queue", "seen"], async (transaction) => {
    const seq = await nextNumber(transaction, enrolled);
    await transaction.objectStore("queue").add({ ...kept, seq });
    if (seen) await transaction.objectStore("seen").put(seen);
    return { ...kept, seq, scan: said };
  });
}

async function sealed(enrolled, said) {
  if (!canSeal) return { scan: said };
  return { sealed: await seal(await ownKey(enrolled.token, String(own(enrolled)), PURPOSE), said) };
}

async function nextNumber(transaction, enrolled) {
  const numbers = transaction.objectStore("device");
  const seq = ((await numbers.get(`seq:${own(enrolled)}`)) ?? 0) + 1;
  await numbers.put(seq, `seq:${own(enrolled)}`);
  return seq;
}

// The same scan, decided otherwise: its identity stays.
export async function redecide(scanId, how, seen = null) {
  await write(["queue", "seen"], async (transaction) => {
    const queue = transaction.objectStore("queue");
    const kept = await queue.get(scanId);
    if (kept) await queue.put({ ...kept, how: { ...kept.how, ...how } });
    if (seen) await transaction.objectStore("seen").put(seen);
  });
}

// As it goes to the server.
export async function wire(kept, token) {
  const said = kept.scan ?? (await unsealed(kept, token));
  return { ...said, ...kept.how, scan_id: kept.scan_id, seq: kept.seq ?? said.seq };
}

// As they go to the server, without those that cannot be read any more: these stay, and hold nobody up.
export async function readable(scans, token) {
  const read = await Promise.allSettled(scans.map((kept) => wire(kept, token)));
  return read.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
}

// The server was restored to a day before this phone was enrolled and knows the old token no more: what waits goes to
// the enrolment that the phone has now, if that is for the same event. What was made at another place goes too: it is
// stored and pointed out there. None of it can be stored yet, so it takes new numbers. Answers how much has moved.
export async function adopt(old, enrolled) {
  const database = await open();
  const before = await database.get("device", `token:${old}`);
  if (old === own(enrolled) || !before?.event || before.event !== enrolled.event) return 0;
  const moved = [];
  const waiting = (await database.getAll("queue")).filter((kept) => kept.device === old);
  for (const kept of waiting.sort((a, b) => number(a) - number(b))) {
    const said = kept.scan ?? (await unsealed(kept, before.token).catch(() => null));
    if (said) moved.push({ kept, content: await sealed(enrolled, said) });
  }
  return write(["device", "queue", "tallies"], async (transaction) => {
    const queue = transaction.objectStore("queue");
    for (const { kept, content } of moved) {
      const now = await queue.get(kept.scan_id);
      if (now?.device !== old) continue; // another tab was quicker
      await queue.put({ scan_id: now.scan_id, how: now.how, device: own(enrolled), seq: await nextNumber(transaction, enrolled), ...content });
    }
    const tallies = transaction.objectStore("tallies");
    const counted = (await tallies.getAll()).filter((one) => one.device === old && !one.isSent);
    for (const one of counted) await tallies.put({ ...one, device: own(enrolled) });
    return moved.length + counted.length;
  });
}

async function unsealed(kept, token) {
  return unseal(await ownKey(token, String(kept.device), PURPOSE), kept.sealed);
}

// A scan leaves the queue on the result for its own id, and stays in the second journal. Should it go again one day,
// it is one decided long ago: at its own time, with the answer of then.
export async function delivered(results) {
  if (!results.length) return;
  await write(["queue", "sent"], async (transaction) => {
    const queue = transaction.objectStore("queue");
    const sent = transaction.objectStore("sent");
    const all = await Promise.all(results.map(({ scan_id: id }) => queue.get(id)));
    const writing = [];
    for (const [at, kept] of all.entries()) {
      if (!kept) continue;
      const mode = kept.how?.mode === "manual" ? "manual" : "offline";
      const decision = results[at].outcome ?? kept.how?.decision ?? null;
      writing.push(sent.put({ ...kept, how: { ...kept.how, mode, decision } }), queue.delete(kept.scan_id));
    }
    await Promise.all(writing);
  });
}

// The server was restored from a backup: everything goes again. One transaction, so that no crash forgets it.
export async function sendAllAgain(epoch) {
  return write(["device", "queue", "sent", "tallies"], async (transaction) => {
    const sent = transaction.objectStore("sent");
    const all = await sent.getAll();
    for (const kept of all) await transaction.objectStore("queue").put(kept);
    await sent.clear();
    const tallies = transaction.objectStore("tallies");
    for (const tally of await tallies.getAll()) await tallies.put({ ...tally, isSent: false });
    await transaction.objectStore("device").put(epoch, "epoch");
    return all.length;
  });
}

// The undelivered scans of one device at a time, with the token they go under, in the order of their numbers.
export async function undelivered(except = new Set()) {
  const database = await open();
  const groups = new Map();
  for (const kept of await database.getAll("queue")) {
    if (except.has(kept.scan_id)) continue;
    if (!groups.has(kept.device)) groups.set(kept.device, []);
    groups.get(kept.device).push(kept);
  }
  const found = [];
  for (const [id, scans] of groups) {
    scans.sort((a, b) => number(a) - number(b));
    found.push({ own: id, token: await tokenOf(database, id), scans });
  }
  return found;
}

async function tokenOf(database, id) {
  const kept = await database.get("device", `token:${id}`);
  return kept?.token ?? kept;
}

function number(kept) {
  return kept.seq ?? kept.scan?.seq ?? 0;
}

export async function counts(enrolled) {
  const transaction = (await open()).transaction(["device", "queue", "tallies"]);
  const [scans, counted, tallies] = await Promise.all([
    transaction.objectStore("queue").count(),
    transaction.objectStore("device").get(`seq:${own(enrolled)}`),
    transaction.objectStore("tallies").getAll(),
  ]);
  const open_ = tallies.filter((tally) => !tally.isSent).length;
  return { scans, waiting: scans + open_, counted: counted ?? 0 };
}

// --- What this phone has seen --------------------------------------------------------------------------

export async function seenOf(hash, guest) {
  const database = await open();
  const found = new Map();
  if (hash) for (const one of await database.getAllFromIndex("seen", "hash", hash)) found.set(one.scan_id, one);
  if (guest) for (const one of await database.getAllFromIndex("seen", "guest", guest)) found.set(one.scan_id, one);
  return [...found.values()];
}

export async function note(seen) {
  await write(["seen"], (transaction) => transaction.objectStore("seen").put(seen));
}

export async function renote(scanId, change) {
  await write(["seen"], async (transaction) => {
    const one = await transaction.objectStore("seen").get(scanId);
    const next = one && change(one);
    if (next) await transaction.objectStore("seen").put(next);
    else if (one) await transaction.objectStore("seen").delete(scanId);
  });
}

// --- The list ------------------------------------------------------------------------------------------

export async function list() {
  return (await open()).get("list", "current");
}

export async function keepList(kept) {
  await write(["list"], (transaction) => transaction.objectStore("list").put(kept, "current"));
}

export async function wipeList() {
  await write(["list", "seen"], async (transaction) => {
    await transaction.objectStore("list").clear();
    await transaction.objectStore("seen").clear();
  });
}

// A day after the event of an enrolment: what it has delivered goes, what it has not stays until it is.
export async function wipeSent(now) {
  const database = await open();
  const over = new Set();
  for (const name of await database.getAllKeys("device")) {
    if (!String(name).startsWith("token:")) continue;
    const { wipe_at: wipeAt } = await database.get("device", name);
    if (wipeAt && Date.parse(wipeAt) <= now) over.add(name.slice("token:".length));
  }
  if (!over.size) return;
  await write(["sent", "tallies"], async (transaction) => {
    const [sent, tallies] = ["sent", "tallies"].map((name) => transaction.objectStore(name));
    for (const kept of await sent.getAll()) if (over.has(String(kept.device))) await sent.delete(kept.scan_id);
    for (const one of await tallies.getAll()) if (one.isSent && over.has(String(one.device))) await tallies.delete(one.tally_id);
  });
}

// --- People counted by a tap ---------------------------------------------------------------------------

export async function addTally(enrolled, tally) {
  const kept = { tally_id: tally.tally_id, device: own(enrolled), tally, isSent: false };
  await write(["tallies"], (transaction) => transaction.objectStore("tallies").add(kept));
}

export async function undeliveredTallies() {
  const database = await open();
  const found = new Map();
  for (const kept of await database.getAll("tallies")) {
    if (kept.isSent) continue;
    if (!found.has(kept.device)) found.set(kept.device, []);
    found.get(kept.device).push(kept.tally);
  }
  const groups = [];
  for (const [id, tallies] of found) groups.push({ own: id, token: await tokenOf(database, id), tallies });
  return groups;
}

export async function deliveredTallies(ids) {
  await write(["tallies"], async (transaction) => {
    const tallies = transaction.objectStore("tallies");
    for (const id of ids) {
      const kept = await tallies.get(id);
      if (kept) await tallies.put({ ...kept, isSent: true });
    }
  });
}

// A scan's worth of disk, written and taken away again.
export async function proveDisk() {
  const name = `proof:${newId()}`;
  await write(["device"], (transaction) => transaction.objectStore("device").put("x".repeat(4096), name));
  await write(["device"], (transaction) => transaction.objectStore("device").delete(name));
}
