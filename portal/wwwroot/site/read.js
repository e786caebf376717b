// Counts that the article was read: once in a browser tab, after it was visible for ten seconds. The request says nothing about the reader.
const { article } = document.querySelector("[data-article]").dataset;
const wanted = !navigator.globalPrivacyControl && navigator.doNotTrack !== "1";
let seconds = 0, timer;

function watch() {
  clearInterval(timer);
  if (document.visibilityState === "visible") timer = setInterval(() => { if (++seconds === 10) count(); }, 1_000);
}

function count() {
  clearInterval(timer);
  document.removeEventListener("visibilitychange", watch);
  sessionStorage.setItem(`read-${article}`, "1");
  // If the request fails, the read is not counted. Nobody waits for it.
  fetch(`/api/articles/${article}/reads`, { method: "POST", keepalive: true }).catch(() => undefined);
}

if (wanted && !sessionStorage.getItem(`read-${article}`)) {
  document.addEventListener("visibilitychange", watch);
  watch();
}
