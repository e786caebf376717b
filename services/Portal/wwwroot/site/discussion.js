// What readers do in a discussion beside reading and writing, which need no scripts: they vote, report, change what they wrote a moment ago, and see what others write meanwhile.
const article = document.querySelector("[data-article]").dataset.article;
const [arrived, refused, deeds, flag, change] = ["arrived", "refused", "deeds", "flag", "change"].map(id => document.getElementById(id));

// What this browser remembers: { votes: { comment: 1 or -1 }, own: { comment: secret } }.
const remembered = () => {
  try { return { votes: {}, own: {}, ...JSON.parse(localStorage.getItem("discussion")) }; } catch { return { votes: {}, own: {} }; }
};
const remember = (kind, comment, value) => {
  const all = remembered();
  if (value) all[kind][comment] = value; else delete all[kind][comment];
  localStorage.setItem("discussion", JSON.stringify(all));
};

/** Gives every comment its buttons. */
function dress() {
  const { votes, own } = remembered();
  for (const line of document.querySelectorAll("#discussion [data-comment]")) {
    const comment = line.dataset.comment, buttons = deeds.content.cloneNode(true), of = deed => buttons.querySelector(`[data-deed="${deed}"]`);
    of("up").ariaPressed = votes[comment] === 1;
    of("down").ariaPressed = votes[comment] === -1;
    of("change").hidden = !own[comment];
    line.append(buttons);
  }
}

// How long to wait before asking again: random, so that the pages that lost the same server do not return together, and longer after each
// failure.
let failures = 0, refreshing;
const pause = () => 500 + Math.random() * Math.min(20_000, 1_000 * 2 ** failures++);

/** Fetches the page again, which comes from the gateway's memory, and puts its discussion in place of the old one. */
async function refresh(announce) {
  clearTimeout(refreshing);
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) {
    // What is shown stays. A busy or unavailable server is asked again; a page that is gone is not.
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
  // Whoever was at a button or a link stays there.
  if (comment && deed) fresh.querySelector(`[data-comment="${comment}"] [data-deed="${deed}"]`)?.focus();
  else if (href) [...fresh.querySelectorAll("a")].find(a => a.getAttribute("href") === href)?.focus();
  if (announce) arrived.textContent = arrived.dataset.text;
}

/** What the service answers where it did it, else nothing, and the page says why. */
async function send(method, address, body, headers = {}) {
  refused.textContent = "";
  const answer = await fetch(address, { method, headers: { ...body && { "Content-Type": "application/json" }, ...headers }, body: body && JSON.stringify(body) }).catch(() => undefined);
  if (answer?.ok) return answer;
  refused.textContent = answer?.status === 429 ? refused.dataset.often : [403, 404, 409].includes(answer?.status) ? refused.dataset.over : refused.dataset.away;
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
  if (await send("POST", `/api/comments/${flag.dataset.comment}/flag`, { reason: new FormData(event.target).get("reason") })) thanks.textContent = thanks.dataset.text;
  else flag.close();
});

/** Changes or removes the comment in the dialog, by the secret it was sent with. */
async function own(method, body) {
  const comment = change.dataset.comment;
  change.close();
  const answer = await send(method, `/api/comments/${comment}`, body, { "Edit-Token": remembered().own[comment] });
  const removed = method === "DELETE" && answer;
  if (removed || refused.textContent === refused.dataset.over) remember("own", comment);
  if (removed) {
    document.getElementById(`comment-${comment}`).remove(); // also from its own page, which is gone
    fresh = undefined; // whoever says it again says it anew
  }
  if (answer?.status === 200 && (await answer.json()).status === "held") refused.textContent = refused.dataset.held;
  await refresh(false);
}
change.querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  own("PUT", { text: change.querySelector("textarea").value });
});
document.getElementById("remove").addEventListener("click", () => { if (confirm(change.dataset.sure)) own("DELETE"); });

// A comment goes out with a secret; the page it leads to says which comment that has become.
const secret = sessionStorage.getItem("sent"), [, mine] = /^#comment-(.+)$/.exec(location.hash) ?? [];
sessionStorage.removeItem("sent");
if (secret && mine) remember("own", mine, secret);
let fresh; // one for all that is sent from here: the same words sent twice are one comment
document.getElementById("write")?.addEventListener("formdata", event => {
  fresh ??= btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
  sessionStorage.setItem("sent", fresh);
  event.formData.set("token", fresh);
});

dress();

// A stream that merely breaks off is resumed by the browser. After an error status (a server that restarts, a refused Last-Event-ID) the
// browser gives up for good, so a new stream is opened without an id, and the page is fetched again for what was missed meanwhile.
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
// An open stream would keep the page out of the browser's memory of pages.
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
