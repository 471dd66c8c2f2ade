import { writeFileSync } from 'node:fs';
import { tryEverything } from './groups.ts';
import { DOCUMENT, readDocument, renderOutcomes, withOutcomes } from './table.ts';

writeFileSync(DOCUMENT, withOutcomes(readDocument(), renderOutcomes(await tryEverything())));
