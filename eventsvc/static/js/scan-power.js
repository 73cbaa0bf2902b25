// The screen stays on while the page is open: a lock is lost whenever the page is left, so it is asked for again.
import { page, part, words } from "./scan-page.js";

export function stayAwake() {
  let isAwake = false;

  async function ask() {
    if (document.hidden) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      isAwake = true;
      lock.addEventListener?.("release", () => { isAwake = false; });
    } catch {
      isAwake = false; // no such lock, or a battery that is nearly empty
    }
    tell();
  }

  function tell() {
    part("awake").textContent = isAwake ? words.screen_awake : words.screen_sleeps;
  }

  document.addEventListener("visibilitychange", ask);
  page.addEventListener("language", tell);
  return ask();
}
