// The rules of the door as the phone applies them without network: the same table as eventsvc/checkins/rules.py and
// the same choice of a sitting as eventsvc/events/sitting_rules.py. Values in, values out; moments are milliseconds.
export const RESCAN_WITHIN_MS = 60000;
const CLOCK_TOLERANCE_MS = 5000;

const ADMITTING = new Set(["admitted", "admitted_revoked"]);
const ALREADY_IN = new Set(["rescan", "repeat", "cross_site"]);
const SEEN_AT_A_DOOR = new Set([...ADMITTING, "other_site"]);
const AT_A_DOOR = new Set([...SEEN_AT_A_DOOR, "exited"]);
const NAMELESS = new Set(["unknown", "other_event", "other_site", "cancelled", "annulled", "revoked"]);
const ALWAYS = { opens: null, closes: null };

const CROCKFORD = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000-]/g;
const LONGEST = 200;

// What was typed or scanned as a code, or null if it cannot be one.
export function normalCode(typed) {
  if ([...typed].length > LONGEST) return null;
  const text = typed.normalize("NFKC").toUpperCase().replace(SPACES, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return CROCKFORD.test(text) ? text : null;
}

// --- What a scan is worth, alone and beside others -----------------------------------------------------

const USUAL = {
  kind: "entry", mode: "online", isKnown: true, isOfEvent: true, actsHere: true, isExpectedHere: true,
  hasReason: false, doors: ALWAYS, hours: ALWAYS, cancelledAt: null, revokedAt: null, decision: null,
};

export function standing(given) {
  const facts = { ...USUAL, ...given };
  if (facts.kind === "annul") return "annulled";
  if (!facts.isKnown) return "unknown";
  if (!facts.isOfEvent) return "other_event";
  if (!facts.actsHere) return "other_site";
  if (facts.kind === "exit") return isOnDuty(facts) ? "exited" : "not_yet";
  if (facts.cancelledAt !== null && facts.at >= facts.cancelledAt) return "cancelled";
  const isRevoked = facts.revokedAt !== null && facts.at >= facts.revokedAt;
  if (isRevoked && !wasLetIn(facts)) return "revoked";
  const isIn = wasSeenIn(facts);
  if (!facts.isExpectedHere && !isIn && !(facts.mode === "manual" && facts.hasReason)) return "other_site";
  if (distance(facts.doors, facts.at) && !isIn) return "not_yet";
  return isRevoked ? "admitted_revoked" : "admitted";
}

function wasLetIn(facts) {
  return wasSeenIn(facts) || (facts.mode === "offline" && facts.decision === null);
}

// A device tells who leaves within its own hours; what it has shown then stands.
function isOnDuty({ hours: own, at, mode, decision }) {
  return !distance(own, at) || (mode !== "online" && decision === "exited");
}

// The door says that it has let the person in: they are inside, whatever is known by now.
function wasSeenIn({ mode, decision }) {
  return mode !== "online" && (ADMITTING.has(decision) || ALREADY_IN.has(decision));
}

// `scan` and `others`: {scan_id, at, site, device, standing, outcome}; others are of the same person and sitting.
export function decide(given, scan, others) {
  const facts = { ...USUAL, ...given };
  const entries = sinceLastExit(others, scan);
  if (!SEEN_AT_A_DOOR.has(scan.standing) || !facts.actsHere || !entries.length) return scan.standing;
  const here = entries.filter((entry) => entry.site === scan.site);
  if (!here.length) return "cross_site";
  return here.some((entry) => isSameLook(scan, entry)) ? "rescan" : "repeat";
}

function isSameLook(scan, entry) {
  return scan.device !== null && scan.device === entry.device && ADMITTING.has(entry.outcome)
    && Math.abs(scan.at - entry.at) <= RESCAN_WITHIN_MS;
}

function sinceLastExit(seen, before) {
  const left = seen.filter((one) => one.standing === "exited" && isBefore(one, before));
  const last = left.reduce((latest, one) => (latest === null || isBefore(latest, one) ? one : latest), null);
  return seen.filter((one) => ADMITTING.has(one.standing) && (last === null || isBefore(last, one)));
}

function isBefore(one, other) {
  return one.at < other.at || (one.at === other.at && one.scan_id < other.scan_id);
}

export function firstEntry(seen, scan) {
  return sinceLastExit(seen, scan).reduce((first, one) => (first === null || isBefore(one, first) ? one : first), null);
}

export function matters(outcome) {
  return AT_A_DOOR.has(outcome) || ALREADY_IN.has(outcome);
}

export function isAdmitting(outcome) {
  return ADMITTING.has(outcome);
}

export function isAlreadyIn(outcome) {
  return ALREADY_IN.has(outcome);
}

// --- Clocks --------------------------------------------------------------------------------------------

// The time by the clock, unless the counter is ahead of it: a counter stands still while the phone sleeps and never
// runs ahead, so somebody has set the clock back. The server judges scans alike, and knows more by then.
export function trueTime(clock, counter) {
  return counter !== null && clock < counter - CLOCK_TOLERANCE_MS ? counter : clock;
}

// --- Hours ---------------------------------------------------------------------------------------------

// How far the moment is from the open doors; nothing while they are open.
export function distance({ opens, closes }, at) {
  if (opens !== null && at < opens) return opens - at;
  if (closes !== null && at > closes) return at - closes;
  return 0;
}

export function within(one, other) {
  const opens = [one.opens, other.opens].filter((at) => at !== null);
  const closes = [one.closes, other.closes].filter((at) => at !== null);
  return { opens: opens.length ? Math.max(...opens) : null, closes: closes.length ? Math.min(...closes) : null };
}

export function millis(iso) {
  return iso ? Date.parse(iso) : null;
}

export function hours(thing) {
  return { opens: millis(thing?.opens_at), closes: millis(thing?.closes_at) };
}

// The sitting whose doors here are open at the moment, else the nearest; of two the one whose own hours are nearer.
export function sittingAt(sittings, at) {
  const ranked = sittings.map((sitting) => {
    const doors = hours(sitting);
    const own = { opens: millis(sitting.starts_at), closes: millis(sitting.ends_at) };
    const isTimeless = doors.opens === null && doors.closes === null;
    const remoteness = [
      Number(Boolean(sitting.cancelled_at)), Number(isTimeless), distance(doors, at), distance(own, at), sitting.number,
    ];
    return { sitting, remoteness };
  });
  ranked.sort((a, b) => {
    const differs = a.remoteness.findIndex((value, place) => value !== b.remoteness[place]);
    return differs < 0 ? 0 : a.remoteness[differs] - b.remoteness[differs];
  });
  return ranked[0]?.sitting ?? null;
}

// --- The whole answer ----------------------------------------------------------------------------------

// Decides one scan with the list of the phone, as the server would decide one that waits for its answer.
// `found`: {where: "here" | "walk_in" | "revoked" | "elsewhere" | "unknown", guest, site}; a list of one site names none.
// Returns {outcome, standing, sitting, result}: `result` is worded like the server's.
export function judge({ scan, found, list, others, at, device }) {
  const sitting = list.sittings.find((one) => one.number === scan.sitting) ?? sittingAt(list.sittings, at);
  const doors = within(sitting ? hours(sitting) : ALWAYS, hours(list.device));
  const site = list.site?.code ?? scan.site ?? null;
  const cancelled = [list.event.cancelled_at, sitting?.cancelled_at].filter(Boolean).map(millis);
  const facts = {
    kind: scan.kind,
    mode: scan.mode === "manual" ? "manual" : "online",
    at,
    isKnown: found.where !== "unknown",
    actsHere: !list.site || !scan.site || scan.site === list.site.code,
    isExpectedHere: found.where !== "elsewhere" && (!found.site || found.site === site),
    hasReason: Boolean(scan.reason),
    doors,
    hours: hours(list.device),
    cancelledAt: cancelled.length ? Math.min(...cancelled) : null,
    revokedAt: found.where === "revoked" ? -Infinity : null,
  };
  const worth = standing(facts);
  const look = { scan_id: scan.scan_id, at, site, device, standing: worth };
  const same = others.filter((one) => one.sitting === (sitting?.number ?? null));
  const outcome = decide(facts, look, same);
  const mayTell = !distance(hours(list.device), at);
  const guest = mayTell && !NAMELESS.has(outcome) ? found.guest ?? null : null;
  const result = { scan_id: scan.scan_id, status: "local", outcome, flags: guest?.note ? ["attention"] : [] };
  if (guest) result.guest = guest;
  if (outcome === "not_yet" && mayTell) result.doors = { opens: iso(doors.opens), closes: iso(doors.closes) };
  if (ALREADY_IN.has(outcome) && mayTell) result.first = told(firstEntry(same, look), list);
  return { outcome, standing: worth, sitting: sitting?.number ?? null, result };
}

function told(first, list) {
  if (!first) return undefined;
  const name = first.site_name ?? (first.site === list.site?.code ? list.site?.name : null);
  return { at: iso(first.at), site: first.site, site_name: name ?? null, device: first.device_name ?? null };
}

function iso(at) {
  return at === null || !Number.isFinite(at) ? null : new Date(at).toISOString();
}
