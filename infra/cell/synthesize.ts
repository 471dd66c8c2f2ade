import { writeFileSync } from 'node:fs';
import { USAGE, readArguments } from './arguments.ts';

/** Writes the CloudFormation template of one cell, or says what is wrong with the settings and writes nothing. */
const read = readArguments(process.argv.slice(2));
if (read.ok) {
  // The CDK takes half a second to load: not before the settings are known to be right.
  const { cellTemplate } = await import('./template.ts');
  const { settings, part, out } = read.value;
  writeFileSync(out ?? process.stdout.fd, cellTemplate(settings, part));
} else {
  process.stderr.write(`${read.error.join('\n')}\nUsage: ${USAGE}\n`);
  process.exitCode = 2;
}
