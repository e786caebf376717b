// Footnotes: numbered signs in the text, and the notes at its end. The order of the signs is that of the notes.
import { Extension, Node } from "@tiptap/core";
import { Fragment } from "@tiptap/pm/model";
import { Plugin, TextSelection } from "@tiptap/pm/state";

const attributes = () => ({
  note: { default: null, rendered: false, parseHTML: element => element.getAttribute("data-footnote") },
  number: { default: 1, rendered: false, parseHTML: element => Number(element.getAttribute("data-number") ?? 1) },
});

const Sign = Node.create({
  name: "footnoteSign",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: attributes,
  parseHTML: () => [{ tag: "[data-footnote]:not(li)", priority: 2000 }],
  renderHTML: ({ node: { attrs } }) =>
    ["sup", { class: "desk-footnote", "data-footnote": attrs.note, "data-number": attrs.number }, `${attrs.number}`],
  renderText: ({ node }) => `[${node.attrs.number}]`,
});

const Notes = Node.create({
  name: "footnotes",
  content: "footnote+",
  isolating: true,
  selectable: false,
  renderHTML: () => ["ol", { class: "desk-footnotes" }, 0],
});

const Note = Node.create({
  name: "footnote",
  content: "paragraph+",
  isolating: true,
  defining: true,
  selectable: false,
  addAttributes: attributes,
  renderHTML: ({ node }) => ["li", { "data-number": node.attrs.number }, 0],
});

const signsIn = doc => {
  const signs = [];
  doc.descendants((node, position) => { if (node.type.name === "footnoteSign") signs.push({ node, position }); });
  return signs;
};

const notesOf = doc => {
  const last = doc.lastChild;
  return new Map(last?.type.name === "footnotes" ? last.children.map(note => [note.attrs.note, note]) : []);
};

/** An identifier of a footnote in this editor. It is not stored. */
export const newNote = () => Array.from(crypto.getRandomValues(new Uint32Array(2)), part => part.toString(36)).join("");

/**
 * Numbers the signs in their order, and sorts the notes accordingly. A note without a sign is removed; its content is remembered, in case
 * the sign is moved. A sign that occurs for the second time is a copy and gets a note of its own.
 */
function renumber(state, remembered, before) {
  const { tr, schema, doc } = state;
  const isInNote = ({ position }) => doc.resolve(position).node(1).type.name === "footnotes";
  const all = signsIn(doc), signs = all.filter(sign => !isInNote(sign));
  const [notes, seen, ordered] = [notesOf(doc), new Set(), []];
  const earlier = before && new Set(signsIn(before).map(({ node }) => node.attrs.note));
  signs.forEach(({ node, position }, i) => {
    let { note } = node.attrs;
    const content = notes.get(note)?.content ?? (earlier?.has(note) ? undefined : remembered.get(note)?.content);
    if (note === null || seen.has(note)) note = newNote();
    seen.add(note);
    const attrs = { note, number: i + 1 };
    ordered.push(schema.nodes.footnote.create(attrs, content ?? schema.nodes.paragraph.create()));
    if (node.attrs.note !== note || node.attrs.number !== i + 1) tr.setNodeMarkup(position, undefined, attrs, node.marks);
  });
  for (const [note, node] of notes) remembered.set(note, node);
  // A note has no footnotes of its own.
  for (const { position } of all.filter(isInNote).reverse()) tr.delete(position, position + 1);
  const last = tr.doc.lastChild;
  const isPresent = last.type.name === "footnotes";
  const wanted = Fragment.from(ordered.length > 0 ? schema.nodes.footnotes.create(null, ordered) : null);
  const start = tr.doc.content.size - (isPresent ? last.nodeSize : 0);
  if (isPresent ? ordered.length === 0 || !last.eq(wanted.firstChild) : ordered.length > 0) replaceNotes(tr, start, wanted);
  return tr.docChanged ? tr : null;
}

/** Replaces the notes, and keeps the selection in the note in which it was. */
function replaceNotes(tr, start, wanted) {
  const { $from, anchor, head } = tr.selection;
  const note = $from.depth >= 2 && $from.node(1).type.name === "footnotes" ? $from.node(2).attrs.note : null;
  const inNote = note === null ? 0 : $from.before(2);
  tr.replaceWith(start, tr.doc.content.size, wanted);
  if (note === null) return;
  tr.doc.lastChild?.forEach((node, offset) => {
    if (node.attrs.note !== note) return;
    const shift = start + 1 + offset - inNote, end = start + 1 + offset + node.nodeSize - 1;
    tr.setSelection(TextSelection.between(
      tr.doc.resolve(Math.min(anchor + shift, end)), tr.doc.resolve(Math.min(head + shift, end))));
  });
}

const Numbering = Extension.create({
  name: "footnoteNumbering",
  addStorage: () => ({ remembered: new Map() }),
  addCommands: () => ({
    /** Adds a footnote at the end of the selection, and moves the cursor into it. */
    addFootnote: () => ({ tr, state, dispatch }) => {
      const { $to } = state.selection;
      if ($to.node(1)?.type.name === "footnotes" || !$to.parent.inlineContent || $to.parent.type.spec.code) return false;
      if (!dispatch) return true;
      const note = newNote();
      tr.insert($to.pos, state.schema.nodes.footnoteSign.create({ note })).setMeta("footnote", note).scrollIntoView();
      return true;
    },
    /** Moves the cursor from a note to its sign, or from a sign to its note. */
    followFootnote: () => ({ tr, state, dispatch }) => {
      const { $from, node } = state.selection;
      const note = $from.node(1)?.type.name === "footnotes" ? $from.node(2)?.attrs.note : null;
      const sign = signsIn(state.doc).find(s => s.node.attrs.note === note);
      const target = node?.type.name === "footnoteSign" ? positionIn(state.doc, node.attrs.note) : sign && sign.position + 1;
      if (target === undefined) return false;
      dispatch?.(tr.setSelection(TextSelection.near(state.doc.resolve(target), -1)).scrollIntoView());
      return true;
    },
  }),
  addKeyboardShortcuts() {
    return {
      "Mod-Alt-f": () => this.editor.commands.followFootnote() || this.editor.commands.addFootnote(),
      Enter: () => {
        const { $from, node } = this.editor.state.selection;
        if (node?.type.name === "footnoteSign") return this.editor.commands.followFootnote();
        // In an empty line it leaves the note, as it leaves a list.
        if ($from.node(1)?.type.name !== "footnotes" || $from.parent.content.size > 0) return false;
        return this.editor.chain().command(({ tr }) => {
          if ($from.node(2).childCount > 1) tr.delete($from.before(), $from.after());
          return true;
        }).followFootnote().run();
      },
      // In an empty note it deletes the footnote.
      Backspace: () => this.editor.commands.command(({ tr, state, dispatch }) => {
        const { $from, empty } = state.selection;
        if (!empty || $from.node(1)?.type.name !== "footnotes" || $from.node(2).textContent !== "" || $from.node(2).childCount > 1)
          return false;
        const sign = signsIn(state.doc).find(s => s.node.attrs.note === $from.node(2).attrs.note);
        if (!sign) return false;
        dispatch?.(tr.delete(sign.position, sign.position + 1)
          .setSelection(TextSelection.near(tr.doc.resolve(sign.position), -1)).scrollIntoView());
        return true;
      }),
    };
  },
  addProseMirrorPlugins() {
    const { remembered } = this.storage;
    return [new Plugin({
      appendTransaction: (transactions, before, state) => {
        if (!transactions.some(tr => tr.docChanged)) return null;
        const tr = renumber(state, remembered, before.doc);
        const added = transactions.map(t => t.getMeta("footnote")).find(Boolean);
        const target = added && positionIn((tr ?? state).doc, added);
        return target ? (tr ?? state.tr).setSelection(TextSelection.create((tr ?? state).doc, target)).scrollIntoView() : tr;
      },
      props: {
        handleClickOn: (view, position, node) => {
          if (node.type.name !== "footnoteSign") return false;
          const target = positionIn(view.state.doc, node.attrs.note);
          if (target === undefined) return false;
          view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, target)).scrollIntoView());
          return true;
        },
      },
    })];
  },
});

/** The end of the text of a note. */
function positionIn(doc, note) {
  let found;
  const start = doc.content.size - (doc.lastChild?.nodeSize ?? 0) + 1;
  if (doc.lastChild?.type.name === "footnotes")
    doc.lastChild.forEach((node, offset) => { if (node.attrs.note === note) found = start + offset + node.nodeSize - 2; });
  return found;
}

export const Footnotes = [Sign, Notes, Note, Numbering];
