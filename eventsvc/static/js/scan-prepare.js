// What must be on the phone before the doors open, with a tick for each step; and the page as an app.
import { element, fill, icon, open, page, part, words } from "./scan-page.js";

export function listenForPreparing(engine, view) {
  let steps = [];
  let offer = null; // of the browser, to install the page

  async function check() {
    part("prepare-again").disabled = true;
    part("verdict").textContent = words.asking;
    part("verdict").className = "sheet__verdict";
    try {
      steps = [...await engine.prepare(), ...await view.ready()];
    } finally {
      part("prepare-again").disabled = false;
      draw();
    }
  }

  function draw() {
    part("checks").replaceChildren(...steps.map(({ step, isDone, note }) => element(
      "li", `checks__one checks__one--${isDone ? "done" : "open"}`, icon(isDone ? "check" : "cross"),
      element("span", "", words[`step_${step}`] ?? step, element("small", "", remark(step, note)),
        element("span", "visually-hidden", `: ${isDone ? words.step_done : words.step_open}`)),
    )));
    if (steps.length) {
      const isReady = steps.every(({ isDone }) => isDone);
      part("verdict").textContent = isReady ? words.prepare_done : words.prepare_open;
      part("verdict").className = `sheet__verdict sheet__verdict--${isReady ? "ok" : "warn"}`;
    }
    const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
    const isApple = /iPhone|iPad/.test(navigator.userAgent);
    part("install").hidden = !offer || isInstalled;
    part("install-note").textContent = isInstalled ? words.installed
      : offer ? "" : isApple ? words.install_iphone : words.install_other;
  }

  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    draw();
  });
  addEventListener("appinstalled", () => {
    offer = null;
    draw();
  });
  part("install").addEventListener("click", () => offer?.prompt());
  part("open-prepare").addEventListener("click", () => {
    open("prepare");
    check();
  });
  part("prepare-again").addEventListener("click", check);
  page.addEventListener("language", draw);
}

// What the engine found, with its unit; nothing where there is nothing to add.
function remark(step, note) {
  if (step === "storage") return note ? words.note_storage : "";
  const sentence = words[`note_${step}`];
  return sentence && note && note !== "0" ? fill(sentence, { note }) : "";
}
