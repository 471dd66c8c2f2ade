// Closes a test run: fails where a test was skipped that this machine could have run, and where too many needed a
// second try; prints those and the counts.
import { readFileSync } from 'node:fs';

/** Tests of what only another user than root can do. */
const ELSEWHERE = /for an ordinary user/;

/** More than these are no accident. */
const MAX_UNSTEADY = 3;

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const of = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
const passed = of('passed');
const skipped = of('pending', 'skipped', 'todo', 'disabled');
const missed = skipped.filter(({ fullName }) => !ELSEWHERE.test(fullName));
const unsteady = passed.filter(({ failureMessages }) => failureMessages.length > 0);
for (const { fullName } of missed) console.error(`skipped: ${fullName}`);
for (const { fullName, failureMessages } of unsteady) {
  console.error(`passed only when tried again: ${fullName}\n${failureMessages[0]}`);
}
if (passed.length === 0 || missed.length > 0 || unsteady.length > MAX_UNSTEADY) process.exitCode = 1;
console.log(`${passed.length} passed, ${of('failed').length} failed, ${skipped.length} skipped`);
