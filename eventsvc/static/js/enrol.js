// The button that turns this phone into a device: the enrolment token is exchanged for a token of its own.
import { keepDevice } from "./scan-store.js";

const button = document.getElementById("enrol");
const failure = document.getElementById("failure");

button.addEventListener("click", async () => {
  button.disabled = true;
  failure.hidden = true;
  try {
    const response = await fetch(button.dataset.devices, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ token: button.dataset.token }),
      credentials: "omit",
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error?.message);
    await keepDevice(answer);
    location.replace(button.dataset.scan);
  } catch (error) {
    failure.textContent = error instanceof TypeError ? button.dataset.failed : error.message || button.dataset.failed;
    failure.hidden = false;
    button.disabled = false;
  }
});
