// A one-time link contains its code after the #, which browsers do not send. The code is moved into the form and removed from the address
// and the history.
const form = document.querySelector("form[data-one-time]");

function take() {
  const code = /^#([0-9a-f]{48})$/.exec(location.hash)?.[1];
  if (!form || !code) return;
  form.elements.code.value = code;
  form.hidden = false;
  document.querySelector("[data-ask]").hidden = true;
  for (const language of document.querySelectorAll(".languages a")) language.hash = code;
  history.replaceState(null, "", location.pathname + location.search);
}

take();
addEventListener("hashchange", take);
