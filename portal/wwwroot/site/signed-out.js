// Removes the unsaved text of a person who has signed out. This happens here and not when the button is pressed, because the person can
// still cancel leaving the page.
const person = sessionStorage.getItem("signing-out");
sessionStorage.removeItem("signing-out");
if (person !== null) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`unsaved:${person}:`)) localStorage.removeItem(key);
}
