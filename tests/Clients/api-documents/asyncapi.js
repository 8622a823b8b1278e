// Checks an AsyncAPI document with the parser of the AsyncAPI project. Arguments: the URL of the document.
import { Parser, DiagnosticSeverity } from '@asyncapi/parser'

const text = await (await fetch(process.argv[2])).text()
const { document, diagnostics } = await new Parser().parse(text)
for (const { severity, code, message, path } of diagnostics) {
  console.log(`${DiagnosticSeverity[severity] ?? severity} ${code} ${path.join('.')}: ${message}`)
}

if (document === undefined || diagnostics.some(diagnostic => diagnostic.severity === 0)) {
  process.exit(1)
}

for (const operation of document.operations()) {
  for (const channel of operation.channels()) {
    console.log(`${operation.action()} ${operation.id()} ${channel.address()} ${operation.messages().all().map(message => message.id()).join(' ')}`)
  }
}
