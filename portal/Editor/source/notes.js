// Finds the footnotes of a text: a list at its end, to whose items numbered links in the text lead. Markdown, Word and the editor write
// them.

const isSign = text => /^[\s[(]*(?:\d{1,3}|[ivx]{1,5}|[*†‡§]{1,4})[\s\])]*$/i.test(text);
/** The id to which a link leads. */
export const targetOf = link => decode(link.getAttribute("href").slice(1));

function decode(target) {
  try { return decodeURIComponent(target); } catch { return target; }
}

/**
 * Takes the list of notes out of the text, and marks the signs with <code>data-footnote</code>. Returns the notes in the order of their
 * signs, without the links back. Returns none, and changes nothing, if the list has anything that a footnote cannot have.
 */
export function extractNotes(root) {
  const list = root.lastElementChild;
  if (list?.localName !== "ol" || hasTextAfter(list)) return [];
  const links = [...root.querySelectorAll('a[href^="#"]')].filter(link => !list.contains(link));
  const notes = [...list.children].map(item => noteOf(item, list, links));
  if (notes.length === 0 || notes.some(note => note === null)) return [];
  notes.sort((a, b) => links.indexOf(a.sign) - links.indexOf(b.sign));
  notes.forEach(({ sign, item, back }, i) => {
    back?.remove();
    trimEnd(item);
    const mark = root.ownerDocument.createElement("sup");
    mark.setAttribute("data-footnote", `${i + 1}`);
    mark.setAttribute("data-number", `${i + 1}`);
    (sign.parentElement.matches("sup") && sign.parentElement.textContent === sign.textContent ? sign.parentElement : sign)
      .replaceWith(mark);
  });
  if (list.previousElementSibling?.localName === "hr") list.previousElementSibling.remove();
  list.remove();
  return notes.map(({ item }) => item);
}

function noteOf(item, list, links) {
  const signs = item.id ? links.filter(link => targetOf(link) === item.id) : [];
  if (item.localName !== "li" || signs.length !== 1 || !isSign(signs[0].textContent) || signs[0].querySelector("img")) return null;
  const hasBlocks = item.querySelector("ul, ol, table, figure, pre, blockquote, dl, h2, h3, h4, hr, address");
  const [sign] = signs;
  const names = [sign.id, sign.getAttribute("name"), sign.closest("sup")?.id].filter(Boolean);
  const backs = [...item.querySelectorAll('a[href^="#"]')].filter(link => names.includes(targetOf(link)));
  return hasBlocks || backs.length > 1 || (backs[0] && !/^[\s\u21a9\u2191^\ufe0e]*$/.test(backs[0].textContent))
    ? null
    : { sign, item, back: backs[0] };
}

const hasTextAfter = element => {
  for (let next = element.nextSibling; next; next = next.nextSibling) if (next.textContent.trim() !== "") return true;
  return false;
};

function trimEnd(element) {
  const last = element.lastChild;
  if (!last) return;
  if (last.nodeType === 3) {
    last.data = last.data.trimEnd();
    if (last.data === "") {
      last.remove();
      trimEnd(element);
    }
  } else if (last.nodeType === 1 && last.localName === "p") trimEnd(last);
}
