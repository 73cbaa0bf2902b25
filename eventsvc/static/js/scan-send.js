// Talking to the server. A scan leaves the queue only on the result for its own id, never on a status code.
import * as store from "./scan-store.js";

// This start of the page, to which performance.now() counts.
export const BOOT = store.newId();

export class Unsent extends Error {
  // why: "network", "slow", "busy" and "throttled" (with retryAfter in seconds), "unknown_device", "too_large",
  // "refused"; code: the server's own word
  constructor(why, retryAfter = 0, code = null) {
    super(why);
    Object.assign(this, { why, retryAfter, code });
  }
}

// One question. Answers {status, body, etag, tookMs, sentAt}; throws Unsent when there is no answer to use.
export async function ask(url, token, { body, etag, patienceMs = 15000 } = {}) {
  const headers = { Authorization: `Bearer ${token}`, "Accept-Language": document.documentElement.lang };
  if (body) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = etag;
  const [sentAt, began] = [Date.now(), performance.now()];
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  let response;
  let answer = null;
  try {
    response = await fetch(url, {
      method: body ? "POST" : "GET",
      headers,
      body: body ? JSON.stringify(body) : undefined,
      credentials: "omit",
      cache: "no-store",
      signal: patience.signal,
    });
    const text = await response.text();
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (!response || response.ok) throw new Unsent(patience.signal.aborted ? "slow" : "network");
  } finally {
    clearTimeout(timer);
  }
  if (response.status !== 304 && !response.ok) throw refusal(response, answer);
  const tookMs = performance.now() - began;
  return { status: response.status, body: answer, etag: response.headers.get("ETag"), tookMs, sentAt };
}

function refusal(response, answer) {
  const code = answer?.error?.code ?? null;
  const retryAfter = seconds(response.headers.get("Retry-After"));
  if (response.status === 401) return new Unsent("unknown_device", 0, code);
  if (response.status === 413 || response.status === 400) return new Unsent("too_large", 0, code);
  if (response.status === 429) return new Unsent("throttled", retryAfter || 5, code);
  if (response.status >= 500) return new Unsent("busy", retryAfter, code);
  return new Unsent("refused", retryAfter, code);
}

// Retry-After is a number of seconds or a date.
function seconds(words) {
  if (!words) return 0;
  const number = Number(words);
  return Number.isFinite(number) ? Math.max(0, number) : Math.max(0, (Date.parse(words) - Date.now()) / 1000 || 0);
}

// Sends scans of one device and hands every answer to `heard` as soon as it is there; a batch that is too large
// goes in halves. Returns the results for our own ids.
export async function sendScans(url, token, kept, { patienceMs, heard }) {
  const scans = await store.readable(kept, token);
  if (!scans.length) return [];
  const clocks = { device_clock: new Date().toISOString(), device_mono: Math.round(performance.now()), boot_id: BOOT };
  let answer;
  try {
    answer = await ask(url, token, { body: { ...clocks, scans }, patienceMs });
  } catch (failure) {
    if (failure.why !== "too_large") throw failure;
    if (kept.length < 2) return []; // it stays in the queue and never blocks those behind it
    const half = Math.ceil(kept.length / 2);
    const results = await sendScans(url, token, kept.slice(0, half), { patienceMs, heard });
    return [...results, ...(await sendScans(url, token, kept.slice(half), { patienceMs, heard }))];
  }
  await heard(answer);
  const own = new Set(kept.map((one) => one.scan_id));
  const results = (answer.body?.results ?? []).filter((result) => own.has(result?.scan_id));
  await store.delivered(results).catch(() => {}); // a phone that is full sends it once more
  return results;
}
