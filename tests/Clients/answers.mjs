// Compares answers with the schemas of an OpenAPI 3.1 document (JSON Schema 2020-12).
// The file holds {components, answers: [{schema, body, request}]}.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const { components, answers } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
const compiled = new Map();
const faults = new Map();
for (const { schema, body, request } of answers) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, ajv.compile({ ...schema, components }));
  const valid = compiled.get(key);
  if (!valid(body)) {
    const text = ajv.errorsText(valid.errors.slice(0, 3), { dataVar: "answer" });
    const kind = `${request.split(" ", 2).join(" ")} ${text.replace(/\d+/g, "n")}`;
    if (!faults.has(kind)) faults.set(kind, `${text}\n  ${request}\n  ${JSON.stringify(body).slice(0, 500)}`);
  }
}
if (faults.size) {
  console.error(`${faults.size} kinds of answers differ from the description:\n\n${[...faults.values()].slice(0, 40).join("\n\n")}`);
  process.exit(1);
}
console.log(`${answers.length} answers are as described`);
