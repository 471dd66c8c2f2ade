import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { FUNCTION_NAMES } from '../plan/entries.ts';

/** Makes every function's code under the folder that is named on the command line. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node infra/control-plane/bundles/bundle-all.ts <folder>');
for (const name of FUNCTION_NAMES) await bundle(name, join(folder, name));
