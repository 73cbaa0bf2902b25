// Sending scans. A scan leaves the queue only on the result for its own id, never on a status code.
import * as store from "./scan-store.js";

const AT_ONCE = 100;
const PATIENCE_MS = 6000;

export class Unsent extends Error {
  constructor(why, retryAfter = 0) {
    super(why);
    this.why = why;
    this.retryAfter = retryAfter;
  }
}

export async function send(url, token, kept) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${token}`,
        "Accept-Language": document.documentElement.lang,
      },
      body: JSON.stringify({ device_clock: new Date().toISOString(), scans: kept.map((one) => one.scan) }),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Unsent("network");
  }
  if (response.status === 413 && kept.length > 1) {
    const half = Math.ceil(kept.length / 2);
    return [...(await send(url, token, kept.slice(0, half))), ...(await send(url, token, kept.slice(half)))];
  }
  if (response.status === 401) throw new Unsent("unknown_device");
  if (!response.ok) throw new Unsent("busy", Number(response.headers.get("Retry-After")) || 0);
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Unsent("network");
  }
  const own = new Set(kept.map((one) => one.scan_id));
  const results = (answer.results ?? []).filter((result) => own.has(result.scan_id));
  await store.remove(results.map((result) => result.scan_id));
  return results;
}

// Everything that waits, in order. Returns the results; stops at the first failure.
export async function sendAll(url) {
  const results = [];
  for (const { token, scans } of await store.undelivered()) {
    for (let at = 0; at < scans.length; at += AT_ONCE) {
      results.push(...(await send(url, token, scans.slice(at, at + AT_ONCE))));
    }
  }
  return results;
}
