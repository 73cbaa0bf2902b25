// A <select data-pick> becomes searchable ("duc trong" finds Đức Trọng), also one that comes with a part of a page.
// Without this script it stays a plain select.
pickAll();
document.addEventListener("htmx:after:swap", pickAll);

function pickAll() {
  for (const select of document.querySelectorAll("select[data-pick]")) {
    if (!select.tomselect) pick(select);
  }
}

function pick(select) {
  const label = select.labels[0];
  if (!select.hasAttribute("aria-label") && label) select.setAttribute("aria-label", label.textContent.trim());
  const picker = new TomSelect(select, {
    maxOptions: 500,
    refreshThrottle: 0, // a late look at what was typed would open the list again after Enter has chosen
    plugins: select.multiple ? { remove_button: { title: select.dataset.remove ?? "×" } } : [],
    render: { no_results: (data, escape) => `<div class="no-results">${escape(select.dataset.none ?? "–")}</div>` },
  });
  // The control takes over what told screen readers about the select.
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = select.getAttribute(name);
    if (value) picker.control_input.setAttribute(name, value);
  }
}
