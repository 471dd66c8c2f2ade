import { writeFileSync } from 'node:fs';
import { supabaseAdmin } from '../../database/callers.ts';
import { tryAll } from './groups.ts';
import { startMethodProject } from './project.ts';
import { DOCUMENT, readDocument, renderOutcomes, withOutcomes } from './table.ts';

await using project = await startMethodProject(supabaseAdmin);
const outcomes = await tryAll({ project, service: project.client('SERVICE_ROLE_KEY') });
writeFileSync(DOCUMENT, withOutcomes(readDocument(), renderOutcomes(outcomes)));
