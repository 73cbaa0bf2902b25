// Keys that follow from a code or a token (HKDF-SHA-256), and AES-256-GCM under them: what a lost phone must not show.
// Browsers offer this on secure addresses only; without it the phone keeps no list.
const bytes = new TextEncoder();
const keys = new Map();
const NONCE_BYTES = 12;

export const canSeal = Boolean(globalThis.crypto?.subtle);

export async function sha256(text) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.encode(text))));
}

export async function keyFrom(secret, salt, purpose) {
  const material = await crypto.subtle.importKey("raw", bytes.encode(secret), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: bytes.encode(salt), info: bytes.encode(purpose) };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

// The key of a device's own, derived once.
export function ownKey(token, salt, purpose) {
  const name = `${purpose} ${salt} ${token}`;
  if (!keys.has(name)) keys.set(name, keyFrom(token, salt, purpose));
  return keys.get(name);
}

export function forgetKeys() {
  keys.clear();
}

export async function seal(key, said) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = bytes.encode(JSON.stringify(said));
  return { nonce, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plain) };
}

export async function unseal(key, { nonce, text }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, text)));
}

// The server's form: base64 of the nonce and the ciphertext.
export async function unsealText(key, base64) {
  const all = fromBase64(base64);
  return unseal(key, { nonce: all.subarray(0, NONCE_BYTES), text: all.subarray(NONCE_BYTES) });
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text ?? ""), (letter) => letter.charCodeAt(0));
}

function hex(all) {
  return [...all].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
