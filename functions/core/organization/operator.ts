import { fail } from '../kernel/errors.ts';
import type { Table } from '../kernel/table.port.ts';
import { findFirstUser } from './first-user.ts';
import { type Principal, isPerson } from './principal.ts';

export const NOT_THE_OPERATOR = fail('forbidden', 'This is for the operator of the installation.', {
  suggestion: 'Use a personal access token, without scopes, of the user whom the installation belongs to.',
});

/** Whether somebody runs the installation itself: the user whom it was made for or their heir, with all that they may do. */
export async function isOperator(
  principal: Principal,
  { table }: { readonly table: Table },
): Promise<boolean> {
  const first = (await findFirstUser(table))?.value;
  if (first === undefined || !isPerson(principal)) return false;
  return [first.user, first.heir].includes(principal.user.id);
}
