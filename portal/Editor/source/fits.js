// Tells whether the editor would keep everything that a text contains.
import { parse, serialise } from "./html.js";
import { extractNotes } from "./notes.js";

const same = { b: "strong", i: "em", strike: "s" };
const inline = new Set([
  "strong", "em", "u", "s", "del", "sub", "sup", "code", "q", "cite", "abbr", "dfn", "kbd", "samp", "var", "ins", "mark", "small", "a",
]);
const blocks = new Set([
  "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "dl", "dt", "dd", "address", "figure", "figcaption", "table", "tr", "th",
  "td", "caption",
]);
const kept = ["id", "href", "title", "src", "alt", "width", "height", "lang", "colspan", "rowspan"];
// The sanitiser removes these with their content.
const removed = new Set([
  "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "noembed", "noframes", "xmp", "plaintext", "title",
  "textarea", "select", "svg", "math", "head",
]);
const paragraph = "\u0001";
const aroundBlocks = new RegExp(`[ ${paragraph}]*(</?(?:note|p|${[...blocks].join("|")})\\b[^>]*>)[ ${paragraph}]*`, "g");

/** Whether a text is the same after it was opened in the editor, apart from the way in which it is written. */
export const fits = (schema, html) => canonical(html) === canonical(serialise(parse(schema, html)));

/** A text without everything that readers cannot tell apart: the order of nested emphasis, spaces, and paragraphs around single lines. */
function canonical(html) {
  const root = new DOMParser().parseFromString(html, "text/html").body;
  const notes = extractNotes(root);
  let [text, last] = ["", ""];
  const put = (marks, content) => {
    const marked = [...marks].sort().join("");
    // A space between words is the same inside and outside of emphasis.
    text += marked === last ? content : content.replace(/^ ?/, space => `${space}{${marked}}`);
    last = marked;
  };
  const putBlock = (token, marks, then) => {
    last = "";
    text += token;
    then(marks);
    last = "";
    text += token === paragraph ? paragraph : `</${token.slice(1)}`;
  };
  const write = (node, marks, isCode) => {
    if (node.nodeType === 3) {
      const data = (isCode ? node.data : node.data.replace(/[ \t\r\n\f]+/g, " ")).replace(/[<>{}]/g, "\\$&");
      if (data === " ") text += data;
      else if (data !== "") put(marks, data);
    }
    if (node.nodeType !== 1 || removed.has(node.localName)) return;
    const name = same[node.localName] ?? node.localName;
    const content = among => { for (const child of node.childNodes) write(child, among, isCode || name === "pre"); };
    const token = `<${name}${attributes(node)}>`;
    if (node.hasAttribute("data-footnote")) put(marks, `<note ${node.getAttribute("data-footnote")}>`);
    else if (name === "br" || name === "img") put(marks, token);
    else if (name === "a" && node.id && node.childNodes.length === 0) put(marks, token);
    else if (name === "code" && node.parentNode.localName === "pre") content(marks);
    else if (name === "p") putBlock(attributes(node) ? token : paragraph, marks, content);
    else if (inline.has(name)) content(token === "<a>" ? marks : new Set([...marks, token]));
    else if (blocks.has(name)) putBlock(token, marks, content);
    else content(marks);
  };
  write(root, new Set());
  for (const note of notes) putBlock("<note>", new Set(), marks => { for (const child of note.childNodes) write(child, marks); });
  return text
    .replace(/ {2,}/g, " ")
    .replace(aroundBlocks, "$1")
    .replace(/ *\u0001[ \u0001]*/g, paragraph)
    .replace(/ *<br> */g, "<br>")
    .replace(/(?:<br>)+(?=\u0001|<\/)/g, "")
    .replace(/^[ \u0001]+|[ \u0001]+$/g, "");
}

const attributes = element => kept
  .map(name => [name, element.getAttribute(name) ?? (name === "id" && element.localName === "a" ? element.getAttribute("name") : null)])
  .filter(([name, value]) => value !== null && !(name === "alt" && value === "") && !(name.endsWith("span") && value === "1"))
  .map(([name, value]) => ` ${name}="${value.replace(/[<>{}\\]/g, "\\$&")}"`)
  .join("");
