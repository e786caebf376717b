// Bundles the editor for the portal: portal/wwwroot/site/editor.js and editor.LICENSE.txt. With a folder as argument it writes them there.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "../wwwroot/site");
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["source/editor.js"],
  outfile: join(target, "editor.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  banner: { js: "/* Built from portal/Editor. The licences of the packages in it are in editor.LICENSE.txt. */" },
});

const packages = [...new Set(Object.keys(metafile.inputs).flatMap(file => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))];
const licences = new Map(); // the text, and the packages to which it applies
for (const name of packages.sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find(f => /^licen[cs]e/i.test(f));
  if (license !== "MIT" || !file) throw new Error(`${name} has the licence ${license}, and the file ${file}.`);
  const text = readFileSync(join(folder, file), "utf8").trim().replace(/\r\n/g, "\n");
  licences.set(text, [...licences.get(text) ?? [], `${name} ${version}`]);
}
const chapters = [...licences].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync(join(target, "editor.LICENSE.txt"), `editor.js contains these packages.\n\n${chapters.join(`\n${"-".repeat(80)}\n\n`)}`);
