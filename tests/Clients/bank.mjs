// Reads the XML of a host with third-party parsers of XML (fast-xml-parser) and of windows-1251 (iconv-lite). Prints the result as JSON.
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import iconv from 'iconv-lite'

const host = process.argv[2]
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: name => ['Valute', 'Record', 'Item'].includes(name),
})

async function read(path) {
  const answer = await fetch(host + path)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const encoding = /^<\?xml version="1.0" encoding="([^"]+)"\?>/.exec(bytes.toString('latin1'))[1]
  const text = iconv.decode(bytes, encoding)
  if (XMLValidator.validate(text) !== true) throw new Error(`${path} is not well-formed`)
  return { type: answer.headers.get('content-type'), ...parser.parse(text) }
}

console.log(JSON.stringify({
  daily: await read('/scripts/XML_daily.asp?date_req=27/04/2026'),
  english: await read('/scripts/XML_daily_eng.asp?date_req=06/04/2025'),
  dynamic: await read('/scripts/XML_dynamic.asp?date_req1=01/04/2025&date_req2=07/04/2025&VAL_NM_RQ=R01375'),
  library: await read('/scripts/XML_valFull.asp?d=0'),
  mistaken: await read('/scripts/XML_daily.asp?date_req=yesterday'),
}))
