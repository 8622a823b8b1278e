// Checks an OpenAPI document with the recommended rules of the Redocly CLI. Arguments: the URL of the document. Prints each problem as one line.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const directory = mkdtempSync(join(tmpdir(), 'event-gateway-test-'))
try {
  const file = join(directory, 'openapi.json')
  writeFileSync(file, await (await fetch(process.argv[2])).text())
  const run = spawnSync(process.execPath, ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--extends', 'recommended', '--format', 'json', file], {
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
  })
  let report
  try {
    report = JSON.parse(run.stdout)
  } catch {
    throw new Error(run.stdout + run.stderr)
  }

  for (const { severity, ruleId, message, location } of report.problems) {
    console.log(`${severity} ${ruleId} ${location[0]?.pointer}: ${message}`)
  }
} finally {
  rmSync(directory, { recursive: true })
}
