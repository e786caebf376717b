// A connection that was cut comes back by itself; one whose other end is gone (a restart) needs the page anew.
const state = document.getElementById("components-reconnect-modal");
state.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected" || event.detail.state === "failed") location.reload();
});
// Pages go on for hours over their connection, and their session is renewed there: the cookie, from which another replica or a new tab goes on, follows.
setInterval(() => fetch("session").catch(() => {}), 60_000); // where nobody answers, the connection says so
// The page after signing out removes what this person left unsaved in this browser.
document.addEventListener("submit", event => {
  if (event.target.dataset.person !== undefined) sessionStorage.setItem("signing-out", event.target.dataset.person);
});
