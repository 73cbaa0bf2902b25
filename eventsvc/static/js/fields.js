// Fields for a wording: <button data-insert="((name))" data-into="id of the textarea">. Put where the cursor stands.
for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const area = document.getElementById(button.dataset.into);
    if (!area) return;
    area.focus();
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
