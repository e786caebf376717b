// The favourites of a reader, stored in this browser only: [{ slug, lang, title }], newest first.
const read = () => {
  try { return JSON.parse(localStorage.getItem("favourites") ?? "[]"); } catch { return []; }
};
const write = kept => localStorage.setItem("favourites", JSON.stringify(kept));
const same = (a, b) => a.slug === b.slug && a.lang === b.lang;

for (const button of document.querySelectorAll("button.favourite")) {
  const article = { slug: button.dataset.slug, lang: document.documentElement.lang, title: button.dataset.title };
  const show = () => {
    const kept = read().some(k => same(k, article));
    const label = kept ? button.dataset.remove : button.dataset.add;
    button.setAttribute("aria-pressed", kept);
    // In a list the button is a star, which the style sheet draws.
    if (button.matches(".star")) button.setAttribute("aria-label", `${label}: ${article.title}`); else button.textContent = label;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const kept = read();
    write(kept.some(k => same(k, article)) ? kept.filter(k => !same(k, article)) : [article, ...kept]);
    show();
  });
  show();
}

const list = document.getElementById("favourites");
function fill() {
  const kept = read();
  list.replaceChildren(...kept.map(article => {
    const item = document.createElement("li"), link = document.createElement("a"), remove = document.createElement("button");
    link.href = `/${encodeURIComponent(article.lang)}/articles/${encodeURIComponent(article.slug)}`;
    link.lang = article.lang;
    link.className = "written";
    link.textContent = article.title;
    remove.type = "button";
    remove.textContent = list.dataset.remove;
    remove.setAttribute("aria-label", `${list.dataset.remove}: ${article.title}`);
    remove.addEventListener("click", () => { write(read().filter(k => !same(k, article))); fill(); });
    item.append(link, " ", remove);
    return item;
  }));
  if (kept.length === 0) {
    const item = document.createElement("li");
    item.textContent = list.dataset.empty;
    list.append(item);
  }
}
if (list) fill();
