import { jitOperations } from '../../contract/jit.contract.ts';
import type { UnimplementedOperation } from '../../contract/operation.ts';
import { type Route, refused } from '../route.ts';

/** Resources of Supabase's of which there is nothing here; each operation says why. */
const absent: readonly Readonly<Record<string, UnimplementedOperation>>[] = [jitOperations];

export const refusedRoutes: Readonly<Record<string, Route>> = Object.fromEntries(
  absent.flatMap((operations) => Object.entries(operations).map(([id, each]) => [id, refused(each)])),
);
