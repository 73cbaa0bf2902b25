// Says at once that a file is too large, before it travels: <input type="file" data-limit="bytes" data-refusal="sentence">.
// The server checks again; without this script it alone does.
for (const input of document.querySelectorAll("input[type=file][data-limit]")) {
  const sentence = document.createElement("p");
  sentence.className = "error";
  sentence.id = `${input.id}-too-large`;
  sentence.setAttribute("role", "alert");
  sentence.hidden = true;
  input.before(sentence);

  const isTooLarge = () => [...input.files].some((file) => file.size > Number(input.dataset.limit));
  const tell = () => {
    const refused = isTooLarge();
    sentence.hidden = !refused;
    sentence.textContent = refused ? input.dataset.refusal : "";
    if (refused) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-errormessage", sentence.id);
    } else {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-errormessage");
    }
    return refused;
  };

  input.addEventListener("change", tell);
  input.form.addEventListener("submit", (event) => {
    if (!tell()) return;
    event.preventDefault();
    input.focus();
  });
}
