// Pictures: those with a caption, which stand between paragraphs, and those in a line.
import { Node } from "@tiptap/core";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { isAllowedAddress } from "./addresses.js";

const attributes = () => ({
  src: { default: null },
  alt: { default: "" },
  width: { default: null },
  height: { default: null },
});

export const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,
  addAttributes: attributes,
  parseHTML: () => [{ tag: "img[src]", getAttrs: picture => isAllowedAddress(picture.getAttribute("src")) && null }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});

/** A picture with its caption, which is empty at first. */
export const Figure = Node.create({
  name: "figure",
  group: "block",
  content: "inline*",
  isolating: true,
  draggable: true,
  addOptions: () => ({ caption: "" }),
  addAttributes() {
    const read = name => ({ ...attributes()[name], parseHTML: figure => figure.querySelector("img").getAttribute(name) ?? undefined });
    return { src: read("src"), alt: read("alt"), width: read("width"), height: read("height") };
  },
  parseHTML: () => [{
    tag: "figure",
    getAttrs: figure => {
      const [picture, caption, ...others] = [...figure.children];
      const isPicture = picture?.localName === "img" && isAllowedAddress(picture.getAttribute("src"));
      const isCaption = (!caption || caption.localName === "figcaption") && others.length === 0;
      const hasText = [...figure.childNodes].some(child => child.nodeType === 3 && child.data.trim() !== "");
      return isPicture && isCaption && !hasText && null;
    },
    contentElement: figure => figure.querySelector("figcaption") ?? figure.querySelector("img"),
  }],
  renderHTML({ HTMLAttributes: { src, alt, width, height, ...others } }) {
    return [
      "figure", others, ["img", { src, alt, width, height }], ["figcaption", { "data-placeholder": this.options.caption }, 0],
    ];
  },
  addKeyboardShortcuts() {
    const caption = () => {
      const { $from, empty } = this.editor.state.selection;
      return empty && $from.parent.type.name === this.name ? $from : undefined;
    };
    return {
      // A new paragraph after the picture, instead of a second picture with the rest of the caption.
      Enter: () => {
        const at = caption();
        if (!at) return false;
        return this.editor.commands.command(({ tr, state }) => {
          const after = at.after();
          tr.insert(after, state.schema.nodes.paragraph.create());
          tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView();
          return true;
        });
      },
      // The first time selects the picture, and the second time deletes it.
      Backspace: () => {
        const at = caption();
        if (!at || at.parentOffset > 0) return false;
        return this.editor.commands.command(({ tr }) => {
          tr.setSelection(NodeSelection.create(tr.doc, at.before()));
          return true;
        });
      },
    };
  },
});
