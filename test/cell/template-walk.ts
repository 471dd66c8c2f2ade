import { z } from 'zod';

const templateSchema = z.object({
  Description: z.string(),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), DeletionPolicy: z.string().optional() })),
  Outputs: z.record(
    z.string(),
    z.object({ Value: z.union([z.string(), z.record(z.string(), z.unknown())]) }),
  ),
});

export type CellTemplate = z.infer<typeof templateSchema>;

/** A template whose every section is one that a cell's may have. */
export function templateOf(text: string): CellTemplate {
  return templateSchema.strict().parse(JSON.parse(text));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Every object within a value, itself included. */
export function nodes(value: unknown): unknown[] {
  return isObject(value) ? [value, ...Object.values(value).flatMap(nodes)] : [];
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statementSchema = z
  .looseObject({ Effect: z.enum(['Allow', 'Deny']), Action: texts })
  .transform(({ Action, ...rest }) => ({ ...rest, actions: Action }));

/** Every statement of every policy, of roles and of resources. */
export function statementsOf(template: CellTemplate) {
  return nodes(template)
    .map((node) => statementSchema.safeParse(node))
    .flatMap(({ data }) => (data === undefined ? [] : [data]));
}
