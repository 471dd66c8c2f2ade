import type { ErrorBody } from '../../../functions/contract/errors.ts';
import type { OPERATIONS } from '../../../functions/contract/index.ts';
import type { Operation } from '../../../functions/contract/operation.ts';

export type { ErrorBody };

type Operations = typeof OPERATIONS;
export type OperationId = keyof Operations;

type Parts<Id extends OperationId> =
  Operations[Id] extends Operation<infer Params, infer Query, infer Body, infer Answer>
    ? { params: Params; query: Query; body: Body; answer: Answer }
    : never;

export type AnswerOf<Id extends OperationId> = Parts<Id>['answer'];
export type BodyOf<Id extends OperationId> = Parts<Id>['body'];

/** A part that may be empty may be left out. */
type Part<Name extends string, Value> = undefined extends Value
  ? { readonly [name in Name]?: Value }
  : { readonly [name in Name]: Value };

/** Of a query everything may be left out: what has no default, the API asks for. */
type Search<Query> = { readonly [name in keyof Query]?: Query[name] | undefined };

/** What an operation is asked with. */
export type RequestOf<Id extends OperationId> = Part<'params', Parts<Id>['params']> &
  Part<'body', Parts<Id>['body']> & { readonly query?: Search<Exclude<Parts<Id>['query'], undefined>> };
