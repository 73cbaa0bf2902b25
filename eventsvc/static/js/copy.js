// Copy buttons: <button data-copy="id of the element" data-copied="Copied" hidden>. Shown only where copying works.
const buttons = navigator.clipboard ? document.querySelectorAll("[data-copy]") : [];

for (const button of buttons) {
  const words = button.querySelector("[role=status]") ?? button;
  const before = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = before; }, 2500);
  });
}
