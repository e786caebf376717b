// The theme button and the clocks of every page.
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
