// Whoever signed out leaves no unsaved text behind. It is removed here and not when the button is pressed, since leaving can be called off.
const person = sessionStorage.getItem("signing-out");
sessionStorage.removeItem("signing-out");
if (person !== null) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`unsaved:${person}:`)) localStorage.removeItem(key);
}
