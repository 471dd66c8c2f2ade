import { writeFileSync } from 'node:fs';
import { DOCUMENT, readDocument, withOperations } from './operations-table.ts';

writeFileSync(DOCUMENT, withOperations(readDocument()));
