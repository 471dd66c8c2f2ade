import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { WORKFLOWS, type WorkflowName } from '../../functions/core/project/workflows.port.ts';
import { StepFunctionsWorkflows } from '../../functions/drivers/aws/workflows.ts';
import type { StepFunction } from '../../functions/drivers/local/workflows.ts';
import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { byWorkflow } from '../../infra/control-plane/plan/names.ts';
import type { RunningWorkflows } from './control-plane.ts';
import { REGION } from './moto-cell.ts';

const run = promisify(execFile);
const DEADLINE_MS = 60_000;
const ROLE = 'arn:aws:iam::123456789012:role/workflows';

export interface StepFunctions extends AsyncDisposable {
  /** The driver of the product, on these state machines; their tasks run `step`. */
  workflows(step: StepFunction): RunningWorkflows;
  /** The states that an execution entered, in order, and how it ended. */
  history(execution: string): Promise<{ readonly states: readonly string[]; readonly status: string }>;
}

/** Step Functions of an emulator with the real documents, whose tasks invoke a function of its Lambda. */
export async function startStepFunctions(endpoint: string): Promise<StepFunctions> {
  let step: StepFunction = () => Promise.reject(new Error('there are no steps yet'));
  const bridge = createServer((request, response) => {
    void text(request)
      .then((body) => step(JSON.parse(body)))
      .then(
        () => response.end('{}'),
        (error: unknown) => {
          const { name, message } = error instanceof Error ? error : new Error(String(error));
          response.writeHead(500).end(JSON.stringify({ errorType: name, errorMessage: message }));
        },
      );
  });
  bridge.listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  const address = bridge.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sfn = new SFNClient({ endpoint });
  const stepFunction = await createFunction(endpoint, `http://127.0.0.1:${port}`);
  const arns = byWorkflow(() => '');
  for (const workflow of WORKFLOWS) arns[workflow] = await createMachine(sfn, workflow);

  const executions = async () => {
    const lists = WORKFLOWS.map((name) =>
      sfn.send(new ListExecutionsCommand({ stateMachineArn: arns[name] })),
    );
    return (await Promise.all(lists)).flatMap(({ executions: each = [] }) => each);
  };
  return {
    workflows(given) {
      step = given;
      const driver = new StepFunctionsWorkflows(sfn, { arns, stepFunction }, { info: () => {} });
      return {
        start: (workflow, input) => driver.start(workflow, input),
        async idle() {
          const deadline = Date.now() + DEADLINE_MS;
          while ((await executions()).some(({ status }) => status === ExecutionStatus.RUNNING)) {
            if (Date.now() > deadline) throw new Error('executions are still running');
            await sleep(50);
          }
        },
      };
    },
    async history(execution) {
      const executionArn = (await executions()).find(({ name }) => name === execution)?.executionArn;
      const { status = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { events = [] } = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      return {
        status,
        states: events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
      };
    },
    async [Symbol.asyncDispose]() {
      sfn.destroy();
      bridge.closeAllConnections();
      bridge.close();
      await once(bridge, 'close');
    },
  };
}

async function createMachine(sfn: SFNClient, workflow: WorkflowName): Promise<string> {
  const definition = JSON.stringify(DOCUMENTS[workflow]);
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({ name: `test-${workflow}`, definition, roleArn: ROLE }),
  );
  return stateMachineArn;
}

/**
 * A function with a runtime of its own: the emulator's runtime for Node loses the name of an error, which is what
 * Lambda's passes on and what Retry and Catch go by.
 */
const bootstrap = (url: string) => `#!/usr/bin/env node
const own = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
const post = (to, body) => fetch(to, { method: 'POST', body });
async function serve() {
  for (;;) {
    const next = await fetch(own + 'next');
    const answer = await post('${url}', await next.text());
    const outcome = answer.ok ? '/response' : '/error';
    await post(own + next.headers.get('lambda-runtime-aws-request-id') + outcome, await answer.text());
  }
}
void serve();
`;

/** By the service's own protocol, for the product needs no client of it. */
async function createFunction(endpoint: string, url: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'baseplane-step-'));
  try {
    writeFileSync(join(folder, 'bootstrap'), bootstrap(url), { mode: 0o755 });
    await run('python3', ['-m', 'zipfile', '-c', 'code.zip', 'bootstrap'], { cwd: folder });
    const answer = await fetch(`${endpoint}/2015-03-31/functions`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${REGION}/lambda/aws4_request`,
      },
      body: JSON.stringify({
        FunctionName: 'test-step',
        Runtime: 'provided.al2023',
        Handler: 'bootstrap',
        Role: ROLE,
        Timeout: 60,
        Code: { ZipFile: readFileSync(join(folder, 'code.zip')).toString('base64') },
      }),
    });
    return z.object({ FunctionArn: z.string() }).parse(await answer.json()).FunctionArn;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
