import {
  AndNode,
  type KyselyPlugin,
  type OperationNode,
  ParensNode,
  type PluginTransformQueryArgs,
  type RootOperationNode,
  SelectQueryNode,
  UpdateQueryNode,
  WhereNode,
} from 'kysely';

/**
 * Finds changed rows by their keys alone. To embed what belongs to them, lite reads them once more after an update, by
 * their keys and by the request's filters: a row that the update has moved out of these would not be found.
 */
export function changedRows(): KyselyPlugin {
  let updated: OperationNode | undefined;
  return {
    transformQuery: ({ node }: PluginTransformQueryArgs): RootOperationNode => {
      if (UpdateQueryNode.is(node)) updated = node.where?.where;
      if (updated === undefined || !SelectQueryNode.is(node) || node.where === undefined) return node;
      return { ...node, where: WhereNode.create(without(node.where.where, textOf(updated))) };
    },
    transformResult: async ({ result }) => result,
  };
}

/** A condition without one of those that all have to hold. */
function without(condition: OperationNode, left: string): OperationNode {
  if (ParensNode.is(condition)) return ParensNode.create(without(condition.node, left));
  if (!AndNode.is(condition)) return condition;
  if (textOf(condition.left) === left) return condition.right;
  return AndNode.create(without(condition.left, left), without(condition.right, left));
}

/** Parentheses make no difference. */
function textOf(condition: OperationNode): string {
  return JSON.stringify(condition, (_key, value: OperationNode) => bare(value));
}

function bare(node: OperationNode): OperationNode {
  return typeof node === 'object' && node !== null && ParensNode.is(node) ? bare(node.node) : node;
}
