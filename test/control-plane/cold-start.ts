import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { WORKFLOWS } from '../../functions/core/project/workflows.port.ts';
import { cellOutputsSchema } from '../../infra/cell/outputs.ts';

const run = promisify(execFile);

const RECORD = {
  id: 'euc1',
  region: 'eu-central-1',
  rootDomain: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
  outputs: {
    ...Object.fromEntries(Object.keys(cellOutputsSchema.shape).map((name) => [name, name])),
    DatabasePort: '5432',
  },
};

const ITEM = {
  pk: { S: 'CELL#euc1' },
  sk: { S: '0123456789abcdef' },
  version: { N: '1' },
  data: { S: JSON.stringify(RECORD) },
};

const arn = (of: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${of}`;

/** What Lambda and the deployment would give a function. */
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  BASEPLANE_TABLE: 'state',
  BASEPLANE_STATE_MACHINES: JSON.stringify(Object.fromEntries(WORKFLOWS.map((each) => [each, arn(each)]))),
  BASEPLANE_STEP_FUNCTION: 'arn:aws:lambda:eu-central-1:123456789012:function:step',
  BASEPLANE_CELLS: 'euc1/0123456789abcdef',
  BASEPLANE_MAIL_SENDER: 'noreply@example.com',
  BASEPLANE_DASHBOARD_URL: 'https://app.example.com',
  BASEPLANE_API_URL: 'https://api.example.com',
};

const PROGRAM = `
const before = process.cpuUsage();
const { handler } = await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ handler: typeof handler, cpuMilliseconds: (user + system) / 1000 }));
process.exit();
`;

const startSchema = z.object({ handler: z.literal('function'), cpuMilliseconds: z.number() });

/** A function as it comes up in a process of its own, with a table that knows of one cell and says nothing else. */
export async function coldStart(folder: string): Promise<z.infer<typeof startSchema>> {
  const table = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ Item: ITEM }));
  });
  table.listen(0, '127.0.0.1');
  await once(table, 'listening');
  const address = table.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const module = pathToFileURL(join(folder, 'index.mjs')).href;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM, module], {
      env: { ...ENVIRONMENT, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    });
    return startSchema.parse(JSON.parse(stdout));
  } finally {
    table.closeAllConnections();
    table.close();
    await once(table, 'close');
  }
}
