import { PARAMETERS } from '../cell/postgres-gateway/parameter-names.ts';
import { runProgram } from './child.ts';
import { type DeployedCell, stackTags, synthesisArguments } from './cells.ts';
import type { Settings } from './plan/settings.ts';

/** A stack beside each cell's, by which its databases are reached from outside. */
export function makePostgresGateways(
  settings: Settings,
  cells: readonly DeployedCell[],
  api: sst.aws.ApiGatewayV2,
): void {
  const apiArn = api.nodes.api.executionArn;
  for (const { cell, stack, there } of cells) {
    const parameters = $util.all([stack.outputs, apiArn]).apply(([outputs, ApiArn]) => {
      const told: Record<string, string> = { ...outputs, ApiArn };
      return Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, told[name] ?? '']));
    });
    new aws.cloudformation.Stack(
      `PostgresGateway${cell.id}`,
      {
        name: `baseplane-${cell.id}-postgres-gateway`,
        templateBody: runProgram('infra/cell/synthesize.ts', [
          ...synthesisArguments(cell, settings),
          '--part',
          'postgres-gateway',
        ]),
        parameters,
        capabilities: ['CAPABILITY_IAM'],
        tags: stackTags(settings),
      },
      {
        ...there,
        retainOnDelete: settings.production,
        protect: settings.production,
        customTimeouts: { create: '30m', update: '30m', delete: '30m' },
      },
    );
  }
}
