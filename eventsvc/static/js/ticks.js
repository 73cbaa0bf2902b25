// A list with ticks: <form data-tick-all="words">. One box more ticks every row of the page; the form works without it.
for (const form of document.querySelectorAll("form[data-tick-all]")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox], .case__choose input")];
  if (!boxes.length) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  const label = document.createElement("label");
  label.className = "tick-all";
  label.append(all, ` ${form.dataset.tickAll}`);
  form.querySelector("p").prepend(label);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  form.addEventListener("change", (event) => { if (event.target !== all) show(); });
  show();
}
