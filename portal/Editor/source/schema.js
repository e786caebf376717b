// The elements of a text: those that the sanitiser of the articles service keeps (services/Articles/Texts/Html.cs), and no others.
import { Extension, Mark, Node } from "@tiptap/core";
import Code from "@tiptap/extension-code";
import CodeBlock from "@tiptap/extension-code-block";
import Document from "@tiptap/extension-document";
import Link from "@tiptap/extension-link";
import Strike from "@tiptap/extension-strike";
import Subscript from "@tiptap/extension-subscript";
import Superscript from "@tiptap/extension-superscript";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";
import { isAllowedAddress } from "./addresses.js";
import { Footnotes } from "./footnotes.js";
import { Figure, Picture } from "./pictures.js";

/** Elements in a line that have no button. They are kept as they are. */
export const inlineElements = ["del", "ins", "mark", "small", "q", "cite", "abbr", "dfn", "kbd", "samp", "var", "a"];

const inline = inlineElements.map(tag => Mark.create({
  name: `element-${tag}`,
  excludes: "",
  parseHTML: () => [{ tag: tag === "a" ? "a:not([href])" : tag }],
  renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
}));

/** A place to which links lead. */
const Anchor = Node.create({
  name: "anchor",
  group: "inline",
  inline: true,
  atom: true,
  parseHTML: () => [{ tag: "a[id]:not([href])", priority: 60, getAttrs: a => a.childNodes.length === 0 && null }],
  renderHTML: () => ["span", { class: "desk-anchor" }],
});

const definitions = [
  Node.create({
    name: "definitionList",
    group: "block",
    content: "(definitionTerm | definition)+",
    parseHTML: () => [{ tag: "dl" }],
    renderHTML: ({ HTMLAttributes }) => ["dl", HTMLAttributes, 0],
  }),
  Node.create({
    name: "definitionTerm",
    content: "inline*",
    defining: true,
    parseHTML: () => [{ tag: "dt" }],
    renderHTML: ({ HTMLAttributes }) => ["dt", HTMLAttributes, 0],
  }),
  Node.create({
    name: "definition",
    content: "block+",
    defining: true,
    parseHTML: () => [{ tag: "dd" }],
    renderHTML: ({ HTMLAttributes }) => ["dd", HTMLAttributes, 0],
  }),
  Node.create({
    name: "address",
    group: "block",
    content: "inline*",
    defining: true,
    parseHTML: () => [{ tag: "address" }],
    renderHTML: ({ HTMLAttributes }) => ["address", HTMLAttributes, 0],
  }),
];

const withoutAlignment = cell => cell.extend({
  addAttributes() {
    const { align, ...others } = this.parent();
    return others;
  },
});

const tables = [
  Table.extend({ renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]] }).configure({ View: null }),
  TableRow,
  withoutAlignment(TableCell),
  withoutAlignment(TableHeader),
];

/** The attributes of any element. Ids are not shown in the editor, where they could be those of other elements of the page. */
const CommonAttributes = Extension.create({
  name: "commonAttributes",
  addGlobalAttributes: () => [{
    types: [
      "paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem", "codeBlock", "horizontalRule", "table", "tableRow",
      "tableCell", "tableHeader", "figure", "picture", "anchor", "definitionList", "definitionTerm", "definition", "address",
      "bold", "italic", "underline", "strike", "code", "subscript", "superscript", "link", ...inline.map(mark => mark.name),
    ],
    attributes: {
      id: { default: null, keepOnSplit: false, rendered: false },
      lang: { default: null, keepOnSplit: false, parseHTML: element => element.getAttribute("lang") },
      title: { default: null, keepOnSplit: false, parseHTML: element => element.getAttribute("title") },
    },
  }],
});

/** All extensions of the editor. The texts are those that it shows in the language of the console. */
export const extensions = ({ caption = "" } = {}) => [
  StarterKit.configure({
    document: false,
    strike: false,
    code: false,
    codeBlock: false,
    trailingNode: false,
    heading: { levels: [2, 3, 4] },
    link: false,
  }),
  Link.extend({ excludes: "link element-a" }).configure({
    autolink: false,
    markdownLinks: true,
    openOnClick: false,
    defaultProtocol: "https",
    HTMLAttributes: { target: null, rel: null },
    isAllowedUri: isAllowedAddress,
  }),
  Document.extend({ content: "block+ footnotes?" }),
  Strike.extend({ parseHTML: () => [{ tag: "s" }, { tag: "strike" }] }),
  Code.extend({ excludes: "" }),
  CodeBlock.extend({ addAttributes: () => ({}), renderHTML: ({ HTMLAttributes }) => ["pre", HTMLAttributes, ["code", 0]] }),
  Subscript,
  Superscript,
  ...tables,
  ...definitions,
  ...inline,
  Anchor,
  Picture,
  Figure.configure({ caption }),
  ...Footnotes,
  CommonAttributes,
];
