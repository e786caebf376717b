// Where the site asks for a proof of work, solves it before a form is sent; where it does not, sends the form as it is.
import { proof } from "./proof.js";

for (const form of document.querySelectorAll("form[data-challenge]")) {
  let state = "unsolved", solution = "";
  form.addEventListener("submit", async event => {
    if (state === "solved") {
      state = "unsolved"; // each solution is good for one sending
      return;
    }
    event.preventDefault();
    if (state === "solving") return;
    state = "solving";
    form.ariaBusy = true;
    // Who gives no challenge, or one that cannot be solved here, will answer the form by saying so.
    solution = await proof(form.dataset.challenge).catch(() => undefined) ?? "";
    state = "solved";
    form.ariaBusy = null;
    form.requestSubmit();
  });
  form.addEventListener("formdata", event => event.formData.set("proof", solution));
}
