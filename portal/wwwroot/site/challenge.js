// Solves the proof-of-work challenge before a form is sent. If the site requires no challenge, the form is sent unchanged.
import { proof } from "./proof.js";

for (const form of document.querySelectorAll("form[data-challenge]")) {
  let state = "unsolved", solution = "";
  form.addEventListener("submit", async event => {
    if (state === "solved") {
      state = "unsolved"; // each solution can be used once
      return;
    }
    event.preventDefault();
    if (state === "solving") return;
    state = "solving";
    form.ariaBusy = true;
    // If the challenge cannot be fetched or solved, the form is sent without a solution, and the response explains what is missing.
    solution = await proof(form.dataset.challenge).catch(() => undefined) ?? "";
    state = "solved";
    form.ariaBusy = null;
    form.requestSubmit();
  });
  form.addEventListener("formdata", event => event.formData.set("proof", solution));
}
