import { type DomainError, fail } from '../kernel/errors.ts';
import type { Outbox, SentMail } from '../kernel/outbox.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { NOT_THE_OPERATOR, isOperator } from './operator.ts';
import type { Principal } from './principal.ts';

/** What is the same for everybody. Holds nothing secret. */
export interface Installation {
  /** Who signs people in; undefined: there are access tokens alone. */
  readonly issuer: { readonly issuer: string; readonly clientId: string } | undefined;
  /** Where the issuer lets somebody look after their account. */
  readonly accountUrl: string | undefined;
  readonly apiUrl: string;
  readonly version: string;
  readonly target: 'local' | 'aws';
}

const MOST_MAILS = 200;

/** Links in mails let whoever has them in, so they are for the operator of the installation alone. */
export async function readOutbox(
  principal: Principal,
  { outbox, table }: { readonly outbox: Outbox | null; readonly table: Table },
): Promise<Result<readonly SentMail[], DomainError>> {
  if (outbox === null) return fail('not_implemented', 'This installation sends its mails, and keeps none.');
  if (!(await isOperator(principal, { table }))) return NOT_THE_OPERATOR;
  return ok(await outbox.list(MOST_MAILS));
}
