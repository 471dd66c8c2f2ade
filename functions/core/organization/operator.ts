import { z } from 'zod';
import { fail } from '../kernel/errors.ts';
import { userIdSchema } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { FIRST_USER } from './first-user.ts';
import { type Principal, isPerson } from './principal.ts';

export const NOT_THE_OPERATOR = fail('forbidden', 'This is for the operator of the installation.', {
  suggestion: 'Use a personal access token, without scopes, of the user whom the installation belongs to.',
});

const schema = z.object({ user: userIdSchema });

/** Whether somebody runs the installation itself: the user whom it was made for, with all that they may do. */
export async function isOperator(
  principal: Principal,
  { table }: { readonly table: Table },
): Promise<boolean> {
  const first = await table.get(FIRST_USER);
  return first !== undefined && isPerson(principal) && schema.parse(first.data).user === principal.user.id;
}
