import type { Caller } from '../../gateway/caller.ts';
import type { Claims } from '../ports.ts';

export function claimsOf({ claims, role }: Caller): Claims {
  return { ...claims, role };
}
