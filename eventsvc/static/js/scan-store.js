// What the phone keeps: which device it is, and the scans it has not delivered yet. A scan is on disk before any
// light is shown ("strict"), and its number is taken in the same transaction, so that numbers have no gaps.
import { openDB } from "../vendor/idb-8.0.4/index.js";

const opening = openDB("eventsvc-scan", 1, {
  upgrade(database) {
    database.createObjectStore("device");
    database.createObjectStore("queue", { keyPath: "scan_id" });
  },
});

// crypto.randomUUID() exists on secure addresses only; a hall without https types codes all the same.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export async function device() {
  return (await opening).get("device", "current");
}

// Another enrolment begins its own numbers; what an earlier one has not delivered stays under its own token.
export async function keepDevice(enrolled) {
  const transaction = (await opening).transaction("device", "readwrite", { durability: "strict" });
  transaction.store.put(enrolled, "current");
  transaction.store.put(enrolled.token, `token:${enrolled.device}`);
  await transaction.done;
}

export async function forgetDevice() {
  const transaction = (await opening).transaction(["device", "queue"], "readwrite", { durability: "strict" });
  transaction.objectStore("device").clear();
  transaction.objectStore("queue").clear();
  await transaction.done;
}

export async function add(enrolled, scan) {
  const transaction = (await opening).transaction(["device", "queue"], "readwrite", { durability: "strict" });
  const numbers = transaction.objectStore("device");
  const seq = ((await numbers.get(`seq:${enrolled.device}`)) ?? 0) + 1;
  const kept = { scan_id: scan.scan_id, device: enrolled.device, scan: { ...scan, seq } };
  numbers.put(seq, `seq:${enrolled.device}`);
  transaction.objectStore("queue").add(kept);
  await transaction.done;
  return kept;
}

export async function remove(ids) {
  if (!ids.length) return;
  const transaction = (await opening).transaction("queue", "readwrite", { durability: "strict" });
  for (const id of ids) transaction.store.delete(id);
  await transaction.done;
}

// The undelivered scans of one device at a time, with the token they go under, in the order of their numbers.
export async function undelivered() {
  const database = await opening;
  const all = await database.getAll("queue");
  const groups = new Map();
  for (const kept of all) {
    if (!groups.has(kept.device)) groups.set(kept.device, []);
    groups.get(kept.device).push(kept);
  }
  const found = [];
  for (const [id, scans] of groups) {
    scans.sort((a, b) => a.scan.seq - b.scan.seq);
    found.push({ token: await database.get("device", `token:${id}`), scans });
  }
  return found;
}

export async function waiting() {
  return (await opening).count("queue");
}
