// Converts bodies to documents of the editor and back, for the tests. The file holds {bodies: [html]} or {pasted: [html]}.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
const { window } = new JSDOM("<!DOCTYPE html><body></body>", { url: "https://news.example.org/console/articles/new" });
for (const name of ["window", "document", "navigator", "DOMParser", "Node", "location", "MutationObserver", "getComputedStyle"])
  globalThis[name] ??= name === "window" ? window : window[name];
const { getSchema } = await import("@tiptap/core");
const { extensions } = await import("./source/schema.js");
const { parse, serialise } = await import("./source/html.js");
const { fits } = await import("./source/fits.js");
const { clean } = await import("./source/paste.js");

const schema = getSchema(extensions());
const { bodies = [], pasted = [] } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pastedHtml = html => {
  const notes = [];
  const doc = parse(schema, clean(html, note => notes.push(note.innerHTML)));
  return { html: serialise(doc), notes };
};
console.log(JSON.stringify({
  bodies: bodies.map(html => ({ html: serialise(parse(schema, html)), fits: fits(schema, html) })),
  pasted: pasted.map(pastedHtml),
}));
