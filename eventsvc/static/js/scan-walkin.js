// A guest without an invitation letter: name, agency, whose guest. Stored first, like every scan.
import { closeSheets, open, part, words } from "./scan-page.js";

const FIELDS = ["name", "organization", "reason"];

export function listenForWalkIns(record) {
  const error = part("walk-in-error");
  const input = (field) => part(`walk-in-${field}`);

  part("open-walk-in").addEventListener("click", () => {
    error.textContent = "";
    open("walk-in");
    input("name").focus();
  });
  part("walk-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = Object.fromEntries(FIELDS.map((field) => [field, input(field).value.trim()]));
    const missing = typed.name ? typed.reason ? null : "reason" : "name";
    for (const field of FIELDS) input(field).removeAttribute("aria-invalid");
    error.textContent = missing ? words[missing === "name" ? "name_needed" : "host_needed"] : "";
    if (missing) {
      input(missing).setAttribute("aria-invalid", "true");
      return input(missing).focus();
    }
    part("walk-in-form").reset();
    closeSheets();
    if (!typed.organization) delete typed.organization;
    return record({ ...typed, kind: "entry", mode: "manual" }, { name: typed.name, organization: typed.organization });
  });
}
