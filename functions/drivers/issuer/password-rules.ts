import { type Result, err, ok } from '../../core/kernel/result.ts';

const SHORTEST = 12;
/** Nobody types more; each is hashed at a cost. */
const LONGEST = 256;

/** Loaded with the first password that is chosen: the lists take a megabyte. */
let known: Promise<ReadonlySet<string>> | undefined;

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

/**
 * Whether a password may be chosen; if not, why, as a sentence. Refused are those of the list of what leaked most
 * often, also with digits or signs around it or repeated, and those that are made of the address.
 */
export async function checkPassword(password: string, email: string): Promise<Result<string, string>> {
  if (password.length < SHORTEST) return err(`Use at least ${SHORTEST} characters: a few words do well.`);
  if (password.length > LONGEST) return err(`Use at most ${LONGEST} characters.`);
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5) return err('Use more different characters.');
  const [name = ''] = email.toLowerCase().split('@', 1);
  if (name.length > 3 && kernelOf(lower.replaceAll(name, '')).length < 4) {
    return err('Use a password that does not consist of your address.');
  }
  known ??= load();
  const leaked = await known;
  const forms = [lower, kernelOf(lower), periodOf(lower)];
  if (forms.some((form) => leaked.has(form))) {
    return err('This password is among those that leaked most often. Choose another.');
  }
  return ok(password);
}

/** Without the digits and signs that people put around a word. */
const kernelOf = (text: string) => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** What it is a repetition of; itself, where it is none. */
const periodOf = (text: string) => /^(.+?)\1+$/u.exec(text)?.[1] ?? text;
