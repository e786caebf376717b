// The rich editor of the article desk. It writes its HTML into the text field of the page, which is hidden meanwhile: the page saves, keeps
// and compares the text of that field as if it had been typed there.
import { Editor, Extension, getSchema } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";
import { toAddress } from "./addresses.js";
import { fits } from "./fits.js";
import { newNote } from "./footnotes.js";
import { parse, parseNote, serialise } from "./html.js";
import { clean } from "./paste.js";
import { extensions } from "./schema.js";
import { connect } from "./toolbar.js";
import { count } from "./words.js";

/**
 * Prepares the editor of an element with a <code>textarea</code>, an empty <code>[data-editor]</code> and a toolbar. The result has the
 * functions that the component RichText calls.
 */
export function open(root) {
  const source = root.querySelector("textarea"), place = root.querySelector("[data-editor]");
  const all = [...extensions({ caption: root.dataset.caption }), shortcuts(root)];
  const schema = getSchema(all);
  let editor, toolbar, closed, typedAt = -Infinity, reported = source.value, written = source.value;

  const tell = name => source.dispatchEvent(new Event(name, { bubbles: true }));
  const report = () => source.value !== reported && tell("change");
  source.addEventListener("change", () => reported = source.value);

  /** Writes the text into the field. Changes by buttons and shortcuts are announced like typing. */
  function write() {
    const html = serialise(editor.state.doc);
    if (html !== source.value) {
      source.value = written = html;
      if (performance.now() - typedAt > 200) tell("beforeinput");
      tell("input");
      if (!editor.isFocused) report();
    }
  }

  function create(doc) {
    closed = new AbortController();
    editor = new Editor({
      element: place,
      extensions: all,
      content: doc.toJSON(),
      injectCSS: false,
      editorProps: {
        attributes: {
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": root.dataset.label,
          "aria-describedby": root.dataset.hint,
          lang: root.dataset.lang,
        },
        transformPastedHTML: html => clean(html, item => {
          const note = newNote();
          editor.storage.footnoteNumbering.remembered.set(note, parseNote(schema, item, { note }));
          return note;
        }),
        handleDOMEvents: { keydown: leave() },
      },
      onUpdate: write,
      onBlur: report,
      onTransaction: () => update(),
    });
    const { signal } = closed;
    toolbar = connect(root, editor, signal);
    place.addEventListener("beforeinput", event => typedAt = event.timeStamp, { capture: true, signal });
    root.addEventListener("keydown", confirm, { signal });
    update();
  }

  let updating = 0;
  function update() {
    updating ||= requestAnimationFrame(() => {
      updating = 0;
      if (!editor || editor.isDestroyed) return;
      toolbar();
      const { words, characters } = count(editor.state.doc, root.dataset.lang);
      root.querySelector("[data-words]").textContent = words.toLocaleString(document.documentElement.lang);
      root.querySelector("[data-characters]").textContent = characters.toLocaleString(document.documentElement.lang);
    });
  }

  const picture = () => {
    const { node, $from } = editor.state.selection;
    return ["figure", "picture"].includes(node?.type.name) ? { node, position: editor.state.selection.from }
      : $from.parent.type.name === "figure" ? { node: $from.parent, position: $from.before() } : null;
  };

  return {
    /** Shows the text of the field, or returns false if the editor would lose a part of it. */
    show(isConverted) {
      if (!fits(schema, source.value)) return false;
      const doc = parse(schema, source.value);
      reported = written = source.value;
      if (editor) replace(editor, doc);
      else create(doc);
      if (isConverted) tell("input");
      return true;
    },
    /** Shows the text of the field if it is not the text that the editor has written. */
    refresh() {
      return !editor || source.value === written || this.show(false);
    },
    focus: () => editor.commands.focus(),
    /** The address of the link at the cursor. */
    link: () => editor.getAttributes("link").href ?? "",
    /** Links the selection, or adds a link with the given text. Returns false if the address may not be linked. */
    setLink(typedAddress, text) {
      const href = toAddress(typedAddress);
      if (!href) return false;
      const { empty, to } = editor.state.selection;
      const isNew = empty && !editor.isActive("link");
      const content = { type: "text", text: text || typedAddress.trim(), marks: [{ type: "link", attrs: { href } }] };
      return isNew
        ? editor.chain().focus().insertContent(content).run()
        : editor.chain().focus().extendMarkRange("link").setLink({ href }).setTextSelection(to).run();
    },
    unsetLink: () => editor.chain().focus().extendMarkRange("link").unsetLink().run(),
    /** The description of the selected picture; null if no picture is selected. */
    description: () => picture()?.node.attrs.alt ?? null,
    describe(alt) {
      const selected = picture();
      return !!selected && editor.chain().focus().command(({ tr }) => !!tr.setNodeAttribute(selected.position, "alt", alt.trim())).run();
    },
    /** Adds a picture with its caption, or shows it in place of the selected picture. */
    setPicture(src, alt, caption) {
      const selected = picture();
      if (selected) return editor.chain().focus().command(({ tr }) => {
        for (const [name, value] of Object.entries({ src, alt, width: null, height: null }))
          tr.setNodeAttribute(selected.position, name, value);
        return true;
      }).run();
      const { $from } = editor.state.selection;
      const content = { type: "figure", attrs: { src, alt }, content: caption ? [{ type: "text", text: caption }] : [] };
      return $from.node(1)?.type.name === "footnotes"
        ? editor.chain().focus().insertContentAt($from.before(1), content).run()
        : editor.chain().focus().insertContent(content).run();
    },
    /** Removes the editor. The text stays in the field. */
    close() {
      closed?.abort();
      editor?.destroy();
      editor = undefined;
    },
  };
}

/** Replaces the text. This cannot be undone, because the text was changed elsewhere. */
function replace(editor, doc) {
  const { anchor } = editor.state.selection;
  editor.chain().setMeta("addToHistory", false).setContent(doc.toJSON(), { emitUpdate: false }).command(({ tr }) => {
    tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(anchor, tr.doc.content.size))));
    return true;
  }).run();
}

const shortcuts = root => Extension.create({
  name: "desk",
  addKeyboardShortcuts: () => {
    const click = name => () => {
      root.querySelector(`[data-panel=${name}]`).click();
      return true;
    };
    return {
      "Mod-k": click("link"),
      "Mod-Alt-p": click("picture"),
      "Alt-F10": () => {
        root.querySelector("[role=toolbar] [tabindex='0']").focus();
        return true;
      },
    };
  },
});

/** After Escape, the next Tab leaves the editor, also from lists and tables. */
function leave() {
  let isLeaving = false;
  return (view, event) => {
    if (event.key === "Tab" && isLeaving) return true; // the browser moves the focus
    if (event.key !== "Shift") isLeaving = event.key === "Escape";
    return false;
  };
}

/** Enter in a field of a panel presses the button of that field. The form around the editor would save the article. */
function confirm(event) {
  const field = event.target.closest("[data-panel-field]");
  if (event.key !== "Enter" || event.isComposing || !field || event.target.localName !== "input") return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
  field.querySelector("button").click();
}
