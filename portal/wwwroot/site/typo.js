// Readers report a mistake: they select it, press Ctrl+Enter (on touch screens: the button) and describe it. The script needs only the id,
// version and language of the article, so it works on cached pages. The limits are requested from the server, so that they are always
// current.
import { proof } from "./proof.js";

const article = document.querySelector("[data-article]");
const dialog = document.getElementById("typo");
const [text, error, fields, comment, email, send, close] =
  ["text", "error", "fields", "comment", "email", "send", "close"].map(id => document.getElementById(`typo-${id}`));
const button = document.getElementById("typo-button");
const touch = matchMedia("(pointer: coarse)");
let limits, allowed, report, opener;

const points = string => [...string].length;
const flat = string => string.replace(/\s+/gu, " ");
const first = (string, count) => [...string].slice(0, count).join("");
const last = (string, count) => [...string].slice(-count).join("");

/** The selected text and its context in the paragraph, or undefined if no text of the article is selected. */
function selected() {
  const selection = getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return undefined;
  const range = selection.getRangeAt(0);
  const written = node => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("article .written");
  if (!article.contains(range.commonAncestorContainer) || !written(range.startContainer)) return undefined;
  const start = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
  const block = start.closest("p, li, h1, h2, h3, h4, td, th, blockquote, figcaption, .written");
  const before = range.cloneRange(), after = range.cloneRange();
  before.setStart(block, 0);
  before.setEnd(range.startContainer, range.startOffset);
  after.setStart(range.endContainer, range.endOffset);
  if (block.contains(range.endContainer)) after.setEnd(block, block.childNodes.length); else after.collapse(true);
  const words = flat(selection.toString()).trim();
  return words ? { selection: words, before: flat(before.toString()), after: flat(after.toString()) } : undefined;
}

function open() {
  report = selected();
  if (!report) return;
  opener = document.activeElement;
  text.textContent = report.selection;
  error.textContent = "";
  fields.hidden = send.hidden = false;
  dialog.showModal();
  comment.focus();
  allowed = check();
}

/** Whether the server accepts a selection of this length. The reader can type in the meantime. */
async function check() {
  try {
    limits ??= await (await fetch("/api/feedback/limits")).json();
    const length = points(report.selection);
    comment.maxLength = limits.comment;
    if (length >= limits.selection.min && length <= limits.selection.max) return true;
    say(length > limits.selection.max ? dialog.dataset.tooLong : dialog.dataset.tooShort);
  } catch {
    say(dialog.dataset.away);
  }
  return false;
}

/** Shows a final message; the dialog can then only be closed. */
function say(words) {
  fields.hidden = send.hidden = true;
  error.textContent = words;
  close.focus();
}

async function submit() {
  send.disabled = true;
  try {
    if (await allowed) await post();
  } catch {
    error.textContent = dialog.dataset.away;
  }
  send.disabled = false;
}

async function post() {
  error.textContent = "";
  const answer = await fetch("/api/feedback/typos", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": report.key ??= key() },
    body: JSON.stringify({
      articleId: article.dataset.article, articleVersion: Number(article.dataset.version), lang: article.dataset.lang,
      selection: report.selection, before: last(report.before, limits.context), after: first(report.after, limits.context),
      comment: comment.value || undefined, email: email.value || undefined,
      proof: limits.proofOfWork ? await proof("/api/feedback/challenge") : undefined,
    }),
  });
  if (answer.ok) {
    comment.value = "";
    say(dialog.dataset.thanks);
  } else error.textContent = answer.status === 422 ? (await answer.json()).detail
    : answer.status === 429 ? dialog.dataset.often
    : dialog.dataset.away;
}

// crypto.randomUUID is not available on sites without TLS.
function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  return [...bytes].map(b => b.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

document.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !dialog.open && selected()) {
    event.preventDefault();
    open();
  }
});
document.addEventListener("selectionchange", () => { button.hidden = !touch.matches || dialog.open || !selected(); });
// Prevents a tap on the button from clearing the selection.
button.addEventListener("pointerdown", event => event.preventDefault());
button.addEventListener("click", open);
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => opener?.focus?.());
dialog.querySelector("form").addEventListener("submit", event => { event.preventDefault(); submit(); });
