// Stores what an editor types in this browser until the service has stored it, so that nothing is lost in a crash or without a connection.
// Each page uses its own key, unsaved:{person}:{article}:{slot}, with the value { at, version, texts: { field: text } }.
const slot = [...crypto.getRandomValues(new Uint8Array(8))].map(b => b.toString(16).padStart(2, "0")).join("");
const forgetAfter = 30 * 24 * 60 * 60 * 1000;
const own = new Map(); // by article: { version, texts: Map of field to { text, typed } }
let typed = 0, writing;

// A page holds the lock with the name of its slot while it is open, so that other pages can tell.
navigator.locks?.request(`unsaved:${slot}`, () => new Promise(() => {}));

const place = (key, of = slot) => `unsaved:${key}:${of}`;
const stored = (key, of) => {
  try { return JSON.parse(localStorage.getItem(place(key, of))) ?? undefined; } catch { return undefined; }
};

function write() {
  clearTimeout(writing);
  writing = undefined;
  for (const [key, { version, texts }] of own) {
    if (texts.size === 0) localStorage.removeItem(place(key));
    else {
      const kept = {
        at: new Date().toISOString(),
        version,
        texts: Object.fromEntries([...texts].map(([field, { text }]) => [field, text])),
      };
      try { localStorage.setItem(place(key), JSON.stringify(kept)); }
      catch (error) { console.info("Unsaved text could not be stored in this browser.", error); }
    }
  }
}

function keep(key, version, field, text) {
  if (!own.has(key)) own.set(key, { version, texts: new Map() });
  own.get(key).version = version;
  own.get(key).texts.set(field, { text, typed: ++typed });
  writing ??= setTimeout(write, 500);
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-unsaved]");
  if (form && target.dataset.field) keep(form.dataset.unsaved, form.dataset.version, target.dataset.field, target.value);
});
addEventListener("pagehide", write);

/**
 * Makes the focused field report its text, which fields otherwise do when they lose the focus. Returns a mark that stands for everything
 * that was typed until now.
 */
export function report() {
  // The rich editor writes into a hidden field beside it.
  const active = document.activeElement, field = active?.closest("[data-rich]")?.querySelector("[data-field]") ?? active;
  if (field?.dataset.field && field.closest("form[data-unsaved]")) field.dispatchEvent(new Event("change", { bubbles: true }));
  return typed;
}

/** Deletes the text that was typed up to the mark, because the service has stored it. */
export function forget(key, mark) {
  const kept = own.get(key);
  if (!kept) return;
  for (const [field, { typed }] of [...kept.texts]) if (typed <= mark) kept.texts.delete(field);
  write();
}

/** The newest unsaved text of an article from a page that is no longer open. */
export async function recall(key) {
  const open = new Set((await navigator.locks?.query())?.held.map(lock => lock.name));
  const found = [];
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(`unsaved:${key}:`)) continue;
    const other = name.slice(`unsaved:${key}:`.length), kept = stored(key, other);
    if (!kept || Date.now() - Date.parse(kept.at) > forgetAfter) localStorage.removeItem(name);
    else if (other !== slot && !open.has(`unsaved:${other}`))
      found.push({ slot: other, at: kept.at, version: kept.version, fields: Object.keys(kept.texts) });
  }
  return found.sort((a, b) => b.at.localeCompare(a.at))[0] ?? null;
}

export const text = (key, of, field) => stored(key, of).texts[field];

/** Moves the text of another slot to this page, after it was copied into the form. */
export function adopt(key, of) {
  const { version, texts } = stored(key, of);
  for (const [field, text] of Object.entries(texts)) keep(key, version, field, text);
  write();
  discard(key, of);
}

export const discard = (key, of) => localStorage.removeItem(place(key, of));
