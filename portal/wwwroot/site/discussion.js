// The features of a discussion that need scripts: voting, reporting, editing one's own comment, and showing new comments as they arrive.
// Reading and writing comments work without scripts.
const article = document.querySelector("[data-article]").dataset.article;
const [arrived, refused, deeds, flag, change] = ["arrived", "refused", "deeds", "flag", "change"].map(id => document.getElementById(id));

// Stored in this browser: { votes: { comment: 1 or -1 }, own: { comment: secret } }.
const remembered = () => {
  try { return { votes: {}, own: {}, ...JSON.parse(localStorage.getItem("discussion")) }; } catch { return { votes: {}, own: {} }; }
};
const remember = (kind, comment, value) => {
  const all = remembered();
  if (value) all[kind][comment] = value; else delete all[kind][comment];
  localStorage.setItem("discussion", JSON.stringify(all));
};

/** Adds the buttons to every comment. */
function dress() {
  const { votes, own } = remembered();
  for (const line of document.querySelectorAll("#discussion [data-comment]")) {
    const comment = line.dataset.comment, buttons = deeds.content.cloneNode(true);
    const of = deed => buttons.querySelector(`[data-deed="${deed}"]`);
    of("up").ariaPressed = votes[comment] === 1;
    of("down").ariaPressed = votes[comment] === -1;
    of("change").hidden = !own[comment];
    for (const deed of ["up", "down", "flag"]) of(deed).hidden = own[comment] !== undefined;
    line.append(buttons);
  }
}

// The delay before a retry: random, so that pages that lost the same server do not all reconnect at the same time, and longer after each
// failure.
let failures = 0, refreshing;
const pause = () => 500 + Math.random() * Math.min(20_000, 1_000 * 2 ** failures++);

/** Fetches the page again, which the gateway serves from its cache, and replaces the discussion. */
async function refresh(announce) {
  clearTimeout(refreshing);
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) {
    // The discussion stays as it is. If the server is busy or unavailable, the request is retried; if the page is gone, it is not.
    if (!answer || answer.status === 429 || answer.status >= 500) refreshing = setTimeout(() => refresh(announce), pause());
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("discussion"), old = document.getElementById("discussion");
  if (!fresh) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const [comment, deed, href] = [focused?.closest("[data-comment]")?.dataset.comment, focused?.dataset.deed, focused?.getAttribute("href")];
  old.replaceWith(document.adoptNode(fresh));
  dress();
  document.dispatchEvent(new Event("discussion"));
  // The focus returns to the button or link that had it.
  if (comment && deed) fresh.querySelector(`[data-comment="${comment}"] [data-deed="${deed}"]`)?.focus();
  else if (href) [...fresh.querySelectorAll("a")].find(a => a.getAttribute("href") === href)?.focus();
  if (announce) arrived.textContent = arrived.dataset.text;
}

/** Sends a request. Returns the response if it succeeded; otherwise shows the reason and returns nothing. */
async function send(method, address, body, headers = {}) {
  refused.textContent = "";
  const answer = await fetch(address, {
    method,
    headers: { ...body && { "Content-Type": "application/json" }, ...headers },
    body: body && JSON.stringify(body),
  }).catch(() => undefined);
  if (answer?.ok) return answer;
  refused.textContent = answer?.status === 429 ? refused.dataset.often
    : [403, 404, 409].includes(answer?.status) ? refused.dataset.over
    : refused.dataset.away;
}

async function vote(comment, value) {
  const said = remembered().votes[comment] === value ? 0 : value;
  if (!await send("POST", `/api/comments/${comment}/vote`, { value: said })) return;
  remember("votes", comment, said);
  await refresh(false);
}

const act = {
  up: comment => vote(comment, 1),
  down: comment => vote(comment, -1),
  flag(comment) {
    flag.dataset.comment = comment;
    flag.querySelector("form").reset();
    flag.querySelector(".thanks").textContent = "";
    flag.showModal();
  },
  async change(comment) {
    const answer = await send("GET", `/api/comments/${comment}`);
    if (!answer) return;
    change.dataset.comment = comment;
    change.querySelector("textarea").value = (await answer.json()).comment.text;
    change.showModal();
  },
};

document.addEventListener("click", event => {
  const button = event.target.closest("[data-deed]");
  if (button) act[button.dataset.deed](button.closest("[data-comment]").dataset.comment);
});
for (const dialog of [flag, change]) dialog.querySelector(".close").addEventListener("click", () => dialog.close());

flag.querySelector("form").addEventListener("submit", async event => {
  event.preventDefault();
  const thanks = flag.querySelector(".thanks");
  const body = { reason: new FormData(event.target).get("reason") };
  if (await send("POST", `/api/comments/${flag.dataset.comment}/flag`, body)) thanks.textContent = thanks.dataset.text;
  else flag.close();
});

/** Edits or deletes the comment in the dialog, using the secret that the comment was sent with. */
async function own(method, body) {
  const comment = change.dataset.comment;
  change.close();
  const answer = await send(method, `/api/comments/${comment}`, body, { "Edit-Token": remembered().own[comment] });
  const removed = method === "DELETE" && answer;
  if (removed || refused.textContent === refused.dataset.over) remember("own", comment);
  if (removed) {
    document.getElementById(`comment-${comment}`).remove(); // needed on the page of the comment itself, which no longer exists
    fresh = undefined; // the same text sent again is a new comment
  }
  if (answer?.status === 200 && (await answer.json()).status === "held") refused.textContent = refused.dataset.held;
  await refresh(false);
}
change.querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  own("PUT", { text: change.querySelector("textarea").value });
});
document.getElementById("remove").addEventListener("click", () => { if (confirm(change.dataset.sure)) own("DELETE"); });

// A comment is sent with a secret. The page that follows names the new comment, and the secret is stored for it.
const secret = sessionStorage.getItem("sent"), [, mine] = /^#comment-(.+)$/.exec(location.hash) ?? [];
sessionStorage.removeItem("sent");
if (secret && mine) remember("own", mine, secret);
let fresh; // one secret for this page, so that the same text sent twice is one comment
const form = document.getElementById("write");
if (form) form.author.value ||= localStorage.getItem("author") ?? "";
form?.addEventListener("formdata", event => {
  localStorage.setItem("author", form.author.value);
  fresh ??= btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
  sessionStorage.setItem("sent", fresh);
  event.formData.set("token", fresh);
});

dress();

// The browser resumes a stream that breaks off. After an error status (the server restarts, or rejects the Last-Event-ID) it gives up, so a
// new stream is opened without an id, and the page is fetched again because events may have been missed.
let live, listening, missed = false;
function listen() {
  clearTimeout(listening);
  live?.close();
  live = new EventSource("/api/live?topics=comment");
  live.addEventListener("open", () => {
    failures = 0;
    if (missed) refresh(false);
    missed = false;
  });
  live.addEventListener("error", event => {
    if (event.target !== live || live.readyState !== EventSource.CLOSED) return;
    missed = true;
    listening = setTimeout(listen, pause());
  });
  live.addEventListener("comment", event => {
    const told = JSON.parse(event.data);
    if (told.articleId === article) refresh(told.change === "posted");
  });
  live.addEventListener("reset", () => refresh(false));
}
listen();
// An open stream would prevent the browser from keeping the page in its back/forward cache.
addEventListener("pagehide", () => {
  clearTimeout(listening);
  live.close();
});
addEventListener("pageshow", event => {
  if (!event.persisted) return;
  missed = true;
  listen();
});
addEventListener("online", () => {
  if (live.readyState === EventSource.CLOSED) listen();
});
