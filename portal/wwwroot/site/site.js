// The theme button, the times, the clocks and the suggestions of the search fields of every page, and the button that copies the address.
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

// Pages show times in the time zone of the site, because they are the same for all readers. These are the times of the reader.
const locale = { en: "en-GB", ru: "ru-RU", zh: "zh-CN" }[root.lang];
const part = (options, date) => new Intl.DateTimeFormat(locale, options).format(date).replace(/\s*г\.$/u, "");
const day = date => part({ day: "numeric", month: "long", year: "numeric" }, date);
const hour = date => part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, date);

/** The offset from UTC, as in the pages: UTC, UTC+8, UTC−3:30. */
function offset(date) {
  const minutes = -date.getTimezoneOffset(), [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  if (minutes === 0) return "UTC";
  return `UTC${minutes < 0 ? "\u2212" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** How long ago a time is, if it is less than a day. */
function ago(date) {
  const minutes = Math.floor((Date.now() - date) / 60_000);
  if (minutes < 0 || minutes >= 24 * 60) return undefined;
  const relative = new Intl.RelativeTimeFormat(locale);
  return minutes < 60 ? relative.format(-minutes, "minute") : relative.format(-Math.floor(minutes / 60), "hour");
}

const forms = {
  day,
  moment: date => `${day(date)}${locale === "zh-CN" ? " " : ", "}${hour(date)} ${offset(date)}`,
  short: date => ago(date) ?? part({
    day: "numeric",
    month: "short",
    ...date.getFullYear() !== new Date().getFullYear() && { year: "numeric" },
  }, date),
};
function localise() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const date = new Date(time.dateTime);
    const zone = new Intl.DateTimeFormat(locale, { timeZoneName: "long" }).formatToParts(date).find(p => p.type === "timeZoneName").value;
    time.title = `${day(date)} ${hour(date)} · ${zone}`;
    time.textContent = forms[time.dataset.local](date);
    time.removeAttribute("data-local");
  }
}
localise();
document.addEventListener("discussion", localise); // the discussion was replaced

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

const copy = document.getElementById("copy");
// Browsers allow access to the clipboard only on secure sites.
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.address);
    document.getElementById("copied").textContent = copy.textContent = copy.dataset.done;
  });
}
