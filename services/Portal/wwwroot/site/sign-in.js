// A one-time link carries its code behind the #, which no browser sends. It is put into the form and taken out of the address and the history.
const form = document.querySelector("form[data-one-time]");
const code = /^#([0-9a-f]{48})$/.exec(location.hash)?.[1];
if (form && code) {
  form.elements.code.value = code;
  form.hidden = false;
  for (const other of form.parentElement.querySelectorAll(":scope > form[data-one-time] ~ p, :scope > form[data-one-time] ~ pre")) other.hidden = true;
  for (const language of document.querySelectorAll(".languages a")) language.hash = code;
  history.replaceState(null, "", location.pathname + location.search);
}
