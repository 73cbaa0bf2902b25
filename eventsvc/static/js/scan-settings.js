// What each phone sets for itself: sound, vibration, counting by tap, full screen, language, and giving it back.
import { closeSheets, fill, open, otherLanguage, part, remember, speak, words } from "./scan-page.js";

export function listenForSettings({ panel, tally, view, engine }) {
  const boxes = {
    sound: (isOn) => { panel.isLoud = isOn; },
    vibration: (isOn) => { panel.trembles = isOn; },
  };
  for (const [name, set] of Object.entries(boxes)) {
    part(name).checked = remember(name) !== "off";
    set(part(name).checked);
    part(name).addEventListener("change", () => {
      set(part(name).checked);
      remember(name, part(name).checked ? "on" : "off");
    });
  }
  part("tally-shown").checked = tally.isShown;
  part("tally-shown").addEventListener("change", () => tally.show(part("tally-shown").checked));
  part("open-settings").hidden = false;
  part("open-settings").addEventListener("click", () => {
    part("forget-error").textContent = "";
    part("forget-sure").hidden = true;
    part("forget").hidden = false;
    open("settings");
  });
  part("full-screen").hidden = !document.documentElement.requestFullscreen;
  part("full-screen").addEventListener("click", () => {
    closeSheets();
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  });
  part("forget").addEventListener("click", () => {
    part("forget").hidden = true;
    part("forget-sure").hidden = false;
    part("forget-sure").focus();
  });
  part("forget-sure").addEventListener("click", async () => {
    const { isForgotten, waiting } = await engine.forget();
    if (!isForgotten) {
      part("forget-error").textContent = fill(words.forget_waiting, { count: waiting });
      part("forget-sure").hidden = true;
      part("forget").hidden = false;
      return;
    }
    view.stop();
    for (const name of ["camera", "camera-on", "site", "tally", "tallied", "kiosk"]) remember(name, null);
    location.reload();
  });
}

// Before anything else: the language works on the page of a phone that is not enrolled too.
export function listenForLanguage() {
  part("language").addEventListener("click", () => {
    const chosen = otherLanguage();
    remember("language", chosen);
    speak(chosen);
  });
  const chosen = remember("language");
  if (chosen && chosen !== document.documentElement.lang) speak(chosen);
}
