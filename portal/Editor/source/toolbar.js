// The toolbar: buttons with data-command, which run commands of the editor and show whether they apply to the selection.
import { closeHistory } from "@tiptap/pm/history";

const heading = level => [e => e.toggleHeading({ level }), editor => editor.isActive("heading", { level })];
const mark = (name, toggle) => [toggle, editor => editor.isActive(name)];

/** The commands, and whether they are active. Those without the latter have no state. */
const commands = {
  bold: mark("bold", e => e.toggleBold()),
  italic: mark("italic", e => e.toggleItalic()),
  strike: mark("strike", e => e.toggleStrike()),
  superscript: mark("superscript", e => e.toggleSuperscript()),
  subscript: mark("subscript", e => e.toggleSubscript()),
  heading2: heading(2),
  heading3: heading(3),
  heading4: heading(4),
  bulletList: mark("bulletList", e => e.toggleBulletList()),
  orderedList: mark("orderedList", e => e.toggleOrderedList()),
  blockquote: mark("blockquote", e => e.toggleBlockquote()),
  codeBlock: mark("codeBlock", e => e.toggleCodeBlock()),
  rule: [e => e.setHorizontalRule()],
  table: [e => e.insertTable({ rows: 3, cols: 3, withHeaderRow: true }).command(addParagraphAfter)],
  footnote: [e => e.addFootnote()],
  undo: [e => e.undo()],
  redo: [e => e.redo()],
  addRow: [e => e.addRowAfter()],
  addColumn: [e => e.addColumnAfter()],
  deleteRow: [e => e.deleteRow()],
  deleteColumn: [e => e.deleteColumn()],
  mergeCells: [e => e.mergeOrSplit()],
  headerRow: [e => e.toggleHeaderRow()],
  deleteTable: [e => e.deleteTable()],
};

/** Connects the buttons with the editor. Returns a function that shows the state of the editor. */
export function connect(root, editor, signal) {
  const toolbar = root.querySelector("[role=toolbar]");
  const buttons = () => [...toolbar.querySelectorAll("button")].filter(button => button.offsetParent !== null);
  const forTables = toolbar.querySelector("[data-in-table]");

  toolbar.addEventListener("click", event => {
    const name = event.target.closest("[data-command]")?.dataset.command;
    if (!name || !isPossible(editor, name)) return;
    editor.view.dispatch(closeHistory(editor.state.tr)); // so that undoing the command does not undo what was typed before
    commands[name][0](editor.chain().focus()).run();
  }, { signal });
  // The selection of the editor stays as it is while a button is pressed.
  toolbar.addEventListener("mousedown", event => event.preventDefault(), { signal });
  toolbar.addEventListener("keydown", event => {
    const all = buttons(), at = all.indexOf(document.activeElement);
    const last = all.length - 1;
    const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
    if (event.key === "Escape") editor.commands.focus();
    if (to === undefined || at < 0) return;
    event.preventDefault();
    moveTo(all[to]);
    all[to].focus();
  }, { signal });
  toolbar.addEventListener("focusin", event => event.target.localName === "button" && moveTo(event.target), { signal });

  /** Only one button is reached with Tab, and the others with arrow keys. */
  function moveTo(button) {
    for (const other of toolbar.querySelectorAll("button")) other.tabIndex = other === button ? 0 : -1;
  }
  moveTo(toolbar.querySelector("button"));

  return () => {
    forTables.hidden = !editor.isActive("table");
    for (const button of toolbar.querySelectorAll("[data-command]")) {
      const [, isActive] = commands[button.dataset.command];
      if (isActive) button.setAttribute("aria-pressed", `${isActive(editor)}`);
      button.setAttribute("aria-disabled", `${!isPossible(editor, button.dataset.command)}`);
    }
    const visible = buttons();
    if (visible.length > 0 && !visible.some(button => button.tabIndex === 0)) moveTo(visible[0]);
  };
}

function isPossible(editor, name) {
  const isInNote = editor.isActive("footnotes");
  if (name === "table") return !isInNote && !editor.isActive("table");
  if (isInNote && !["bold", "italic", "strike", "superscript", "subscript", "undo", "redo"].includes(name)) return false;
  return commands[name][0](editor.can().chain()).run();
}

/** Text can be written after a table that is the last block. */
function addParagraphAfter({ tr, state }) {
  const { $from } = tr.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name !== "table") continue;
    const after = tr.doc.resolve($from.after(depth)).nodeAfter;
    if (!after || after.type.name === "footnotes") tr.insert($from.after(depth), state.schema.nodes.paragraph.create());
  }
  return true;
}
