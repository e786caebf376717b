// Converts between the document of the editor and the HTML that the articles service stores.
import { DOMParser as DocumentParser } from "@tiptap/pm/model";
import { extractNotes, targetOf } from "./notes.js";

/** The document of a body. */
export function parse(schema, html) {
  const root = new DOMParser().parseFromString(html, "text/html").body;
  prefixIds(root);
  const notes = extractNotes(root);
  const doc = DocumentParser.fromSchema(schema).parse(root);
  if (notes.length === 0) return doc;
  const parsed = notes.map((note, i) => parseNote(schema, note, { note: `${i + 1}`, number: i + 1 }));
  return doc.copy(doc.content.addToEnd(schema.nodes.footnotes.create(null, parsed)));
}

/** The articles service does the same, so that ids are not those of other elements of a page. */
function prefixIds(root) {
  const prefixed = id => id.startsWith("text-") ? id : `text-${id}`;
  const ids = new Set();
  for (const element of root.querySelectorAll("[id], a[name]")) {
    const id = element.id || (element.localName === "a" && element.getAttribute("name"));
    if (!id || id.trim() === "" || ids.has(prefixed(id))) element.removeAttribute("id");
    else ids.add(element.id = prefixed(id));
  }
  for (const link of root.querySelectorAll('a[href^="#"]')) {
    const target = targetOf(link);
    if (!ids.has(target) && ids.has(prefixed(target))) link.setAttribute("href", `#text-${link.getAttribute("href").slice(1)}`);
  }
}

/** The note with the content of an element. */
export const parseNote = (schema, element, attributes) =>
  DocumentParser.fromSchema(schema).parse(element, { topNode: schema.nodes.footnote.create(attributes) });

/** The HTML of a document: what the sanitiser makes of it is the same. Each block at the top has a line of its own. */
export function serialise(doc) {
  const html = doc.children.filter(node => !isEmpty(node)).map(lineOf).join("\n");
  if (!html.includes(' id="')) return html;
  // An element that was divided would have its id twice.
  const ids = new Set();
  return html.replace(/<[^>]* id="[^>]*>/g, tag => tag.replace(/ id="([^"]*)"/, (id, value) => {
    if (ids.has(value)) return "";
    ids.add(value);
    return id;
  }));
}

// The nodes of a document never change, so only those that are new are converted.
const lines = new WeakMap();
function lineOf(node) {
  if (!lines.has(node)) lines.set(node, block(node));
  return lines.get(node);
}

const isEmpty = node => node.type.name === "paragraph" && node.content.size === 0 && !node.attrs.id;

const elements = {
  paragraph: "p", blockquote: "blockquote", bulletList: "ul", orderedList: "ol", listItem: "li", tableRow: "tr", tableCell: "td",
  tableHeader: "th", definitionList: "dl", definitionTerm: "dt", definition: "dd", address: "address",
  bold: "strong", italic: "em", underline: "u", strike: "s", code: "code", subscript: "sub", superscript: "sup", link: "a",
};

const block = node => {
  const { name } = node.type;
  switch (name) {
    case "heading": return element(`h${node.attrs.level}`, node, inline(node));
    case "horizontalRule": return start("hr", common(node));
    case "codeBlock": return element("pre", node, `<code>${code(node)}</code>`);
    case "table": return element("table", node, rows(node));
    case "figure": return element("figure", node, image(node) + (node.content.size ? `<figcaption>${inline(node)}</figcaption>` : ""));
    case "footnotes": return `<hr>\n<ol>${node.children.map(note).join("")}</ol>`;
    case "tableCell": case "tableHeader": return element(elements[name], node, tight(node), spans(node));
    case "listItem": case "definition": return element(elements[name], node, tight(node));
    default: return element(elements[name], node, node.inlineContent ? inline(node) : node.children.map(block).join(""));
  }
};

/** The content of a list item or a cell. The first paragraph needs no element if only lists follow. */
function tight(node) {
  const [first, ...others] = node.children;
  const isTight = first.type.name === "paragraph" && Object.keys(common(first)).length === 0
    && others.every(other => node.type.name === "listItem" && other.type.name.endsWith("List"));
  return isTight ? inline(first) + others.map(block).join("") : node.children.map(block).join("");
}

/** The first rows are the head of the table if all their cells are headers. */
function rows(table) {
  const isHead = row => row.children.every(cell => cell.type.name === "tableHeader" && cell.attrs.rowspan === 1);
  const size = table.children.findIndex(row => !isHead(row));
  const [head, body] = size > 0 ? [table.children.slice(0, size), table.children.slice(size)] : [[], table.children];
  return (head.length > 0 ? `<thead>${head.map(block).join("")}</thead>` : "") + `<tbody>${body.map(block).join("")}</tbody>`;
}

const spans = ({ attrs: { colspan, rowspan } }) => ({
  ...colspan > 1 && { colspan }, ...rowspan > 1 && { rowspan },
});

function note(node) {
  const { number } = node.attrs;
  const paragraphs = node.children.map(inline).filter(text => text !== "");
  return `<li id="text-fn:${number}"><p>${paragraphs.join("</p><p>")}<a href="#text-fnref:${number}">↩</a></p></li>`;
}

function inline(parent) {
  let html = "", isSpace = true; // whether a space before the next word would not be seen
  const open = [];
  const close = size => { while (open.length > size) html += `</${tagOf(open.pop())}>`; };
  for (const node of parent.children) {
    const marks = node.marks.filter(isWritten, node);
    const text = node.isText && node.text.replace(/[ \t\r\n\f]+/g, " ").slice(isSpace && /^[ \t\r\n\f]/.test(node.text) ? 1 : 0);
    const shown = node === parent.lastChild && text ? text.replace(/ $/, "") : text;
    if (shown === "") continue;
    isSpace = node.isText ? text.endsWith(" ") : node.type.name === "hardBreak";
    const kept = open.findIndex((mark, i) => !marks[i] || !mark.eq(marks[i]));
    close(kept < 0 ? open.length : kept);
    for (const mark of marks.slice(open.length)) {
      html += start(tagOf(mark), mark.type.name === "link" ? { href: mark.attrs.href, ...common(mark) } : common(mark));
      open.push(mark);
    }
    html += node.isText ? escape(shown) : leaf(node);
  }
  close(0);
  return html;
}

/** An element is not nested in one with the same name; for links that is forbidden. */
function isWritten(mark, i, marks) {
  const isLink = ["footnoteSign", "anchor"].includes(this.type.name);
  return !(isLink && tagOf(mark) === "a") && marks.findIndex(other => tagOf(other) === tagOf(mark)) === i;
}

const tagOf = mark => elements[mark.type.name] ?? mark.type.name.slice("element-".length);

const leaf = node => {
  switch (node.type.name) {
    case "hardBreak": return "<br>";
    case "picture": return image(node, common(node));
    case "anchor": return `${start("a", common(node))}</a>`;
    case "footnoteSign":
      return `<a id="text-fnref:${node.attrs.number}" href="#text-fn:${node.attrs.number}"><sup>${node.attrs.number}</sup></a>`;
    default: throw new Error(`A ${node.type.name} has no HTML.`);
  }
};

const code = node => escape(node.textContent);
const image = ({ attrs: { src, alt, width, height } }, others = {}) =>
  start("img", { src, alt: alt ?? "", ...width && { width }, ...height && { height }, ...others });
const element = (tag, node, content, attributes = {}) => `${start(tag, { ...common(node), ...attributes })}${content}</${tag}>`;
const common = ({ attrs: { id, lang, title } }) => ({ ...id && { id }, ...lang && { lang }, ...title && { title } });
const start = (tag, attributes) =>
  `<${tag}${Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeValue(`${value}`)}"`).join("")}>`;

// As browsers and the articles service write text. Characters that XML forbids are not stored.
const escape = text => text
  .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
  .replace(/&/g, "&amp;").replace(/\u00a0/g, "&nbsp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const escapeValue = text => escape(text).replace(/"/g, "&quot;");
