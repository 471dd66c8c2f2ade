import { Stack, Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';
import { isObject } from './template-walk.ts';

/** What AwsSolutions finds in a stack and the stack does not explain. */
export function unexplained(stack: Stack): string[] {
  return new AwsSolutionsChecks(stack).validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

/** What it finds in a template, which can't explain anything. */
export function findings(app: App, templateFile: string): string[] {
  const stack = new Stack(app, 'bare');
  const included = new CfnInclude(stack, 'Template', { templateFile });
  return new AwsSolutionsChecks(stack).validateScope(included).violations.map(({ ruleName }) => ruleName);
}

/** What a stack explains. */
export function acknowledged(stack: Stack): { id: string; reason: string }[] {
  return stack.node.findAll().flatMap((node) =>
    node.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(isObject(data) ? data : {}))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), reason: String(reason) }))
      // The CDK's own constructs acknowledge findings of its own rules.
      .filter(({ id }) => id.startsWith('AwsSolutions-')),
  );
}
