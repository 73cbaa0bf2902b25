// The list on the phone: who is expected here, readable only with the code on the pass, and what became of all other
// codes of the event. Names to search through are readable with the phone's own token.
import { canSeal, forgetKeys, fromBase64, keyFrom, ownKey, sha256, unsealText } from "./scan-crypto.js";
import { normalCode } from "./scan-rules.js";
import * as store from "./scan-store.js";

const MOST_FOUND = 20;
const SHORTEST_QUERY = 2;

export class List {
  constructor() {
    this.kept = null; // {body, etag, at}
    this.people = null;
  }

  get body() {
    return this.kept?.body ?? null;
  }

  // As the scans name it: what it says, and when the server handed it out.
  get name() {
    return this.body ? `${this.body.version}.${this.body.issued_at}` : null;
  }

  get summary() {
    return this.body && { version: this.body.version, at: this.kept.at, size: Object.keys(this.body.guests).length };
  }

  async load() {
    this.take(canSeal ? (await store.list()) ?? null : null);
  }

  async keep(body, etag) {
    if (!canSeal) return;
    const kept = { body, etag, at: new Date().toISOString() };
    await store.keepList(kept);
    this.take(kept);
  }

  async confirm() {
    const kept = { ...this.kept, at: new Date().toISOString() };
    await store.keepList(kept);
    this.kept = kept;
  }

  async wipe() {
    this.take(null);
    forgetKeys();
    await store.wipeList();
  }

  take(kept) {
    this.kept = kept;
    this.people = null;
    this.size = (kept?.body.prefix_bits ?? 40) / 8;
    this.elsewhere = fromBase64(kept?.body.elsewhere);
    this.revoked = fromBase64(kept?.body.revoked);
  }

  // Whose code it is, as far as the phone knows: {where, hash, guest}.
  async ofCode(typed) {
    const code = normalCode(typed);
    const hash = await sha256(code ?? typed);
    const sealed = code && this.body.guests[hash];
    if (sealed) {
      const key = await keyFrom(code, this.body.event.slug, "eventsvc list");
      const { site = null, ...guest } = await unsealText(key, sealed); // a list of every site says whose guest
      return { where: "here", hash, guest, site };
    }
    if (!code) return { where: "unknown", hash, guest: null };
    if (this.holds(this.revoked, hash)) return { where: "revoked", hash, guest: null };
    return { where: this.holds(this.elsewhere, hash) ? "elsewhere" : "unknown", hash, guest: null };
  }

  async ofGuest(id, token) {
    const guest = (await this.everybody(token)).find((one) => one.guest === id);
    const where = guest ? "here" : "elsewhere";
    return { where, hash: null, guest: guest ? shown(guest) : { guest: id }, site: guest?.site ?? null };
  }

  holds(prefixes, hash) {
    const wanted = Uint8Array.from({ length: this.size }, (_, at) => parseInt(hash.slice(2 * at, 2 * at + 2), 16));
    let [low, high] = [0, prefixes.length / this.size - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compare(prefixes, middle * this.size, wanted);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  async everybody(token) {
    if (!this.body?.search) return [];
    this.people ??= await unsealText(await ownKey(token, this.body.event.slug, "eventsvc search"), this.body.search);
    return this.people;
  }

  async find(query, token) {
    const words = fold(query).split(" ").filter(Boolean);
    if (words.join("").length < SHORTEST_QUERY) return [];
    const found = (await this.everybody(token)).filter((one) => {
      const parts = ` ${one.folded}`;
      return words.every((word) => parts.includes(` ${word}`));
    });
    const sites = new Map((this.body.sites ?? []).map((site) => [site.code, site]));
    return found.slice(0, MOST_FOUND).map((one) => ({ ...shown(one), site: this.body.site ?? sites.get(one.site) ?? null }));
  }
}

function shown({ folded, site, ...rest }) {
  return rest;
}

function compare(prefixes, from, wanted) {
  for (let at = 0; at < wanted.length; at += 1) {
    const difference = prefixes[from + at] - wanted[at];
    if (difference) return difference;
  }
  return 0;
}

// No case, no diacritics, no punctuation, single spaces: the form that names are searched in.
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[đð]/g, "d")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
