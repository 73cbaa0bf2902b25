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

// Another enrolment begins its own numbers; what an earlier one has not delivered stays under its own token. The
// list of the earlier one goes.
export async function keepDevice(enrolled) {
  await write(["device", "list", "seen"], async (transaction) => {
    const devices = transaction.objectStore("device");
    await devices.put(enrolled, "current");
    await devices.put(enrolled.token, `token:${enrolled.device}`);
    await devices.delete("revoked");
    await transaction.objectStore("list").clear();
    await transaction.objectStore("seen").clear();
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

// --- Scans ---------------------------------------------------------------------------------------------

// `how`: {mode, decision, bundle}, which may change until the scan is delivered; `seen`: what the next scan of the
// same person must know, or null.
export async function add(enrolled, scan, how, seen = null) {
  const { mode, ...said } = scan;
  const kept = { scan_id: scan.scan_id, device: enrolled.device, how: { mode, ...how } };
  if (canSeal) kept.sealed = await seal(await ownKey(enrolled.token, String(enrolled.device), PURPOSE), said);
  else kept.scan = said;
  return write(["device", "queue", "seen"], async (transaction) => {
    const numbers = transaction.objectStore("device");
    const seq = ((await numbers.get(`seq:${enrolled.device}`)) ?? 0) + 1;
    await numbers.put(seq, `seq:${enrolled.device}`);
    await transaction.objectStore("queue").add({ ...kept, seq });
    if (seen) await transaction.objectStore("seen").put(seen);
    return { ...kept, seq, scan: said };
  });
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
  const said = kept.scan ?? (await unseal(await ownKey(token, String(kept.device), PURPOSE), kept.sealed));
  return { ...said, ...kept.how, scan_id: kept.scan_id, seq: kept.seq ?? said.seq };
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
    found.push({ token: await database.get("device", `token:${id}`), scans });
  }
  return found;
}

function number(kept) {
  return kept.seq ?? kept.scan?.seq ?? 0;
}

export async function counts(deviceId) {
  const transaction = (await open()).transaction(["device", "queue", "tallies"]);
  const [scans, counted, tallies] = await Promise.all([
    transaction.objectStore("queue").count(),
    transaction.objectStore("device").get(`seq:${deviceId}`),
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

// After the last day: what has been delivered goes, what has not stays until it is.
export async function wipeSent() {
  await write(["sent", "tallies"], async (transaction) => {
    await transaction.objectStore("sent").clear();
    const tallies = transaction.objectStore("tallies");
    for (const tally of await tallies.getAll()) if (tally.isSent) await tallies.delete(tally.tally_id);
  });
}

// --- People counted by a tap ---------------------------------------------------------------------------

export async function addTally(enrolled, tally) {
  const kept = { tally_id: tally.tally_id, device: enrolled.device, tally, isSent: false };
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
  for (const [id, tallies] of found) groups.push({ token: await database.get("device", `token:${id}`), tallies });
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
