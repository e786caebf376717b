// A connection that was cut comes back by itself; one whose other end is gone (a restart) needs the page anew.
const state = document.getElementById("components-reconnect-modal");
state.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected" || event.detail.state === "failed") location.reload();
});
