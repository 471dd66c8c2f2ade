// Closes a test run: fails where a test was skipped that this machine could have run, and prints the counts.
import { readFileSync } from 'node:fs';

/** Tests of what only another user than root can do. */
const ELSEWHERE = /for an ordinary user/;

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const of = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
const skipped = of('pending', 'skipped', 'todo', 'disabled');
const missed = skipped.filter(({ fullName }) => !ELSEWHERE.test(fullName));
for (const { fullName } of missed) console.error(`skipped: ${fullName}`);
const passed = of('passed').length;
if (passed === 0 || missed.length > 0) process.exitCode = 1;
console.log(`${passed} passed, ${of('failed').length} failed, ${skipped.length} skipped`);
