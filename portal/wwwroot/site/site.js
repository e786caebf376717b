// The theme button, the clocks and the suggestions of the search fields of every page.
const root = document.documentElement;
const button = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
const show = () => button.setAttribute("aria-pressed", isDark());
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  show();
});
system.addEventListener("change", show);
show();

// The offsets come from the server, because its time zone database is kept up to date.
const clocks = [...document.querySelectorAll("time.clock")].map(clock => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(clock.dataset.offset);
  return { clock, ahead: (sign + 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 };
});
function tick() {
  const now = Date.now();
  for (const { clock, ahead } of clocks) clock.textContent = new Date(now + ahead).toISOString().slice(11, 16);
  setTimeout(tick, 60_000 - now % 60_000 + 50);
}
if (clocks.length > 0) tick();

// Suggestions while a reader types in a search field. Without them, the field works as before.
for (const field of document.querySelectorAll("input[type=search][name=q]")) {
  const list = document.createElement("datalist");
  let typing, request;
  list.id = `${field.id}-suggestions`;
  field.addEventListener("focus", () => {
    field.after(list);
    field.setAttribute("list", list.id);
    field.setAttribute("autocomplete", "off");
  }, { once: true });
  field.addEventListener("input", () => {
    clearTimeout(typing);
    request?.abort();
    if (field.value.trim().length < 2) return list.replaceChildren();
    typing = setTimeout(() => suggest(field.value), 150);
  });

  async function suggest(typed) {
    request = new AbortController();
    try {
      const address = `/api/search/suggestions?${new URLSearchParams({ q: typed, lang: root.lang })}`;
      const answer = await fetch(address, { signal: request.signal });
      if (!answer.ok) return;
      const { words, articles } = await answer.json();
      list.replaceChildren(...[...words, ...articles.map(a => a.title)].map(text => new Option(text, text)));
    } catch {
      // A later request replaced this one, or the service is unavailable.
    }
  }
}
