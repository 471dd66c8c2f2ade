import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CellStack } from './cell-stack.ts';
import { PostgresGatewayStack } from './postgres-gateway/stack.ts';
import type { CellSettings } from './settings.ts';

/** CloudFormation's limit for a template that is passed by value, as it is by `aws.cloudformation.Stack`. */
export const TEMPLATE_BYTES = 51_200;

/** The stacks that a cell is made of. */
const STACKS = { cell: CellStack, 'postgres-gateway': PostgresGatewayStack } as const;

export type CellPart = keyof typeof STACKS;

/** The CloudFormation template of a cell, or of what stands beside it. */
export function cellTemplate(settings: CellSettings, part: CellPart = 'cell'): string {
  const outdir = mkdtempSync(join(tmpdir(), 'baseplane-cell-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
    });
    const stack = new STACKS[part](app, `baseplane-${settings.cell}`, settings);
    const template = JSON.stringify(app.synth().getStackByName(stack.stackName).template);
    const bytes = Buffer.byteLength(template);
    if (bytes > TEMPLATE_BYTES) {
      throw new Error(
        `The template ${part} of ${settings.cell} has ${bytes} bytes; CloudFormation takes ${TEMPLATE_BYTES}.`,
      );
    }
    return template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
