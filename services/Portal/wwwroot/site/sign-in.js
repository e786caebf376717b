// A one-time link carries its code behind the #, which no browser sends. It is put into the form and taken out of the address and the
// history.
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
