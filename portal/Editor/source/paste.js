// Cleans what is pasted from Word, Google Docs and pages of other sites, before the editor takes the elements that it knows.
import { extractNotes } from "./notes.js";

/**
 * The pasted HTML without the formatting of its source. Lists and footnotes of Word become those of the editor; `remember` gets each
 * note and returns its identifier. Pictures are kept only if they are in the media library.
 */
export function clean(html, remember) {
  if (/\sdata-pm-slice=/.test(html)) return html; // copied from this editor
  const root = new DOMParser().parseFromString(html, "text/html").body;
  const each = (selector, change) => root.querySelectorAll(selector).forEach(change);
  each("style, script, meta, link, title, xml, template", element => element.remove());
  if (/mso-|class="?Mso/i.test(html)) fromWord(root, each);
  takeNotes(root, remember);
  each("img", picture => {
    const address = picture.getAttribute("src") ?? "";
    const own = address.startsWith(`${location.origin}/`) ? address.slice(location.origin.length) : address;
    if (/^\/media\/items\/[0-9a-f-]{36}$/i.test(own)) picture.setAttribute("src", own);
    else picture.remove();
  });
  each("a:not([href]), a[href^='#']", anchor => anchor.replaceWith(...anchor.childNodes));
  each("a u, a span", underlined => underlined.replaceWith(...underlined.childNodes));
  each("*", element => {
    for (const name of ["id", "lang", "class", "name", "width", "height"]) element.removeAttribute(name);
    if (!element.matches("a, abbr, dfn")) element.removeAttribute("title");
  });
  each("br", br => br.parentElement.querySelector(":scope > :is(p, ul, ol, table, blockquote, h1, h2, h3)") && br.remove());
  lowerHeadings(root, each);
  each("p", paragraph => {
    if (/^[\s\u00a0]*$/.test(paragraph.textContent) && !paragraph.querySelector("img, br, [data-footnote]")) paragraph.remove();
  });
  return root.innerHTML;
}

/** The title of the article is the only heading of the first level. */
function lowerHeadings(root, each) {
  const lower = root.querySelector("h1") ? 1 : 0;
  each("h1, h2, h3, h4, h5, h6", heading => rename(heading, `h${Math.min(4, Number(heading.localName[1]) + lower)}`));
}

function rename(element, name) {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

function takeNotes(root, remember) {
  const notes = extractNotes(root).map(remember);
  root.querySelectorAll("[data-footnote]").forEach((sign, i) => sign.setAttribute("data-footnote", notes[i]));
}

function fromWord(root, each) {
  each("*", element => {
    // Word writes elements of its own, such as <o:p>.
    if (element.localName.includes(":")) element.replaceWith(...element.childNodes);
  });
  each("p.MsoTitle", title => rename(title, "h1"));
  lists(root);
  footnotes(root);
}

const styleOf = element => element.getAttribute("style") ?? "";

/** Paragraphs with the number or bullet as text become lists. */
function lists(root) {
  const open = []; // the lists around the last item, from the outermost one
  let previous;
  for (const paragraph of root.querySelectorAll("p")) {
    const level = Number(/mso-list:\s*l\d+\s+level(\d+)/i.exec(styleOf(paragraph))?.[1] ?? 0);
    if (level === 0) continue;
    const marker = [...paragraph.querySelectorAll("span")].find(span => /mso-list:\s*ignore/i.test(styleOf(span)));
    const name = /^[\s\u00a0]*(?:\d+|[a-z]|[ivxlc]+)[.)]/i.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (previous !== paragraph.previousElementSibling || previous === undefined) open.length = 0;
    open.length = Math.min(open.length, level);
    while (open.length < level) {
      const list = paragraph.ownerDocument.createElement(name);
      if (open.length === 0) paragraph.before(list);
      else (open.at(-1).lastElementChild ?? open.at(-1).appendChild(paragraph.ownerDocument.createElement("li"))).append(list);
      open.push(list);
    }
    const item = paragraph.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
    previous = open[0];
  }
}

/** The notes at the end of a document of Word become a list, to whose items the signs lead. */
function footnotes(root) {
  const notes = [...root.querySelectorAll("div")].filter(div => /mso-element:\s*(?:foot|end)note(?:;|$)/i.test(styleOf(div).trim()));
  if (notes.length === 0) return;
  const list = root.ownerDocument.createElement("ol");
  for (const note of notes) {
    const item = list.appendChild(root.ownerDocument.createElement("li"));
    const own = note.querySelector("a[name]");
    item.id = own?.getAttribute("name") ?? "";
    own?.remove();
    item.append(...note.childNodes);
  }
  const parent = notes[0].parentElement;
  (parent !== root && /mso-element:\s*(?:foot|end)note-list/i.test(styleOf(parent)) ? parent : notes[0]).remove();
  for (const note of notes) note.remove();
  for (const paragraph of list.querySelectorAll("p")) paragraph.innerHTML = paragraph.innerHTML.replace(/^(?:\s|&nbsp;)+/, "");
  // The list must be the last element of the text itself.
  for (const div of [...root.querySelectorAll("div")]) div.replaceWith(...div.childNodes);
  root.append(list);
}
