import { OPERATIONS } from '../../functions/contract/index.ts';
import { openApi } from '../../functions/contract/openapi.ts';

process.stdout.write(`${JSON.stringify(openApi(OPERATIONS), null, 2)}\n`);
