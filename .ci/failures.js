// Prints what failed in a report of the tests: file, name, and the first lines of why.
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
for (const file of report.testResults) {
  const failed = file.assertionResults.filter((test) => test.status === 'failed')
  if (file.status === 'failed' && failed.length === 0)
    console.log(`FAILED: ${file.name}\n${lines(file.message)}`)
  for (const test of failed)
    console.log(`FAILED: ${file.name}: ${test.fullName}\n${lines(test.failureMessages.join('\n'))}`)
}

function lines(text) {
  return text
    .split('\n')
    .slice(0, 12)
    .map((line) => `  ${line}`)
    .join('\n')
}
