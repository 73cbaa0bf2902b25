// Reads base64 calendars, one a line, and answers one line of JSON for each: what ical.js and node-ical see in it.
import { createInterface } from "node:readline";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const day = (t) => `${t.year}-${String(t.month).padStart(2, "0")}-${String(t.day).padStart(2, "0")}`;
const localDay = (d) => day({ year: d.getFullYear(), month: d.getMonth() + 1, day: d.getDate() });
const instant = (d) => new Date(d).toISOString();
const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const plain = (value) => (value && typeof value === "object" && "val" in value ? value.val : value) ?? "";
const address = (value) => String(value ?? "").replace(/^mailto:/i, "");

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const when = (property) => {
    const time = property.getFirstValue();
    return time.isDate ? day(time) : instant(time.toJSDate());
  };
  const person = (property) => ({
    email: address(property.getFirstValue()),
    name: property.getFirstParameter("cn") ?? "",
    partstat: property.getFirstParameter("partstat") ?? "",
    role: property.getFirstParameter("role") ?? "",
    cutype: property.getFirstParameter("cutype") ?? "",
    rsvp: property.getFirstParameter("rsvp") ?? "",
  });
  return {
    method: calendar.getFirstPropertyValue("method") ?? "",
    events: calendar.getAllSubcomponents("vevent").map((event) => {
      const value = (name) => String(event.getFirstPropertyValue(name) ?? "");
      return {
        uid: value("uid"),
        sequence: Number(value("sequence") || 0),
        status: value("status"),
        start: when(event.getFirstProperty("dtstart")),
        end: when(event.getFirstProperty("dtend")),
        changed: when(event.getFirstProperty("dtstamp")),
        summary: value("summary"),
        location: value("location"),
        description: value("description"),
        url: value("url"),
        transparency: value("transp"),
        organizer: address(value("organizer")),
        attendees: event.getAllProperties("attendee").map(person),
      };
    }),
  };
}

function byNodeIcal(text) {
  const found = nodeIcal.sync.parseICS(text);
  const when = (time) => (time.dateOnly ? localDay(time) : instant(time));
  const person = (value) => {
    const params = value.params ?? {};
    const word = (name) => String(params[name] ?? "").replace(/^"|"$/g, "");
    return {
      email: address(plain(value)),
      name: word("CN"),
      partstat: word("PARTSTAT"),
      role: word("ROLE"),
      cutype: word("CUTYPE"),
      rsvp: word("RSVP").toUpperCase(),
    };
  };
  return {
    method: found.vcalendar?.method ?? "",
    events: Object.values(found)
      .filter((item) => item.type === "VEVENT")
      .map((event) => ({
        uid: event.uid,
        sequence: Number(event.sequence ?? 0),
        status: event.status ?? "",
        start: when(event.start),
        end: when(event.end),
        changed: when(event.dtstamp),
        summary: plain(event.summary),
        location: plain(event.location),
        description: plain(event.description),
        url: plain(event.url),
        transparency: event.transparency ?? "",
        organizer: address(plain(event.organizer)),
        attendees: list(event.attendee).map(person),
      })),
  };
}

function attempt(read, text) {
  try {
    return read(text);
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const text = Buffer.from(line, "base64").toString("utf8");
  const seen = { "ical.js": attempt(byIcalJs, text), "node-ical": attempt(byNodeIcal, text) };
  process.stdout.write(JSON.stringify(seen) + "\n");
}
