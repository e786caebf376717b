// Counts words and characters, also in languages that write no spaces between words.

// The nodes of a document never change, so only those that are new are counted.
const counts = new WeakMap();

export function count(doc, lang) {
  const total = { words: 0, characters: 0 };
  doc.forEach(node => {
    if (!counts.has(node)) counts.set(node, countIn(node, lang));
    const { words, characters } = counts.get(node);
    total.words += words;
    total.characters += characters;
  });
  return total;
}

function countIn(node, lang) {
  const text = node.textBetween(0, node.content.size, " ", " ");
  const parts = [...new Intl.Segmenter(lang, { granularity: "word" }).segment(text)];
  return { words: parts.filter(part => part.isWordLike).length, characters: node.textContent.length };
}
