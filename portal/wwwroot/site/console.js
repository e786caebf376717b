// Blazor restores a lost connection by itself. If the server has restarted, the state of the page is gone and the page must be reloaded.
const state = document.getElementById("components-reconnect-modal");
state.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected" || event.detail.state === "failed") location.reload();
});
// An open page sends no requests for hours, while its session is renewed on the server. This request updates the cookie, which a new tab or
// another replica starts from.
setInterval(() => fetch("session").catch(() => {}), 60_000); // if the server does not respond, the connection banner is shown
// A pasted picture is put into the upload field of the page, if it has one.
document.addEventListener("paste", event => {
  const field = document.querySelector("input[type=file][data-paste]:not(:disabled)");
  const pictures = [...(event.clipboardData?.files ?? [])].filter(file => file.type.startsWith("image/"));
  if (!field || pictures.length === 0) return;
  const files = new DataTransfer();
  for (const picture of field.multiple ? pictures : pictures.slice(0, 1)) files.items.add(picture);
  field.files = files.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  event.preventDefault();
});
// The page after signing out uses this value to remove the unsaved text of this person (signed-out.js).
document.addEventListener("submit", event => {
  if (event.target.dataset.person !== undefined) sessionStorage.setItem("signing-out", event.target.dataset.person);
});
