// Comments that arrive while the page is open: the page is fetched again, it comes from the gateway's memory, and its discussion put in place of the old one.
const article = document.querySelector("[data-article]");
const arrived = document.getElementById("arrived");

async function refresh(announce) {
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("discussion"), old = document.getElementById("discussion");
  if (!fresh || !old || fresh.innerHTML === old.innerHTML) return;
  old.replaceWith(document.adoptNode(fresh));
  if (announce) arrived.textContent = arrived.dataset.text;
}

if (article && document.getElementById("discussion")) {
  const live = new EventSource("/api/live?topics=comment");
  live.addEventListener("comment", event => {
    const told = JSON.parse(event.data);
    if (told.articleId === article.dataset.article) refresh(told.change === "posted");
  });
  live.addEventListener("reset", () => refresh(false));
  // An open stream would keep the page out of the browser's memory of pages.
  addEventListener("pagehide", () => live.close());
}
