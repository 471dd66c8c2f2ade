import type { AccessChange } from './change-access.ts';

/** Blocks of addresses; an absent list is left as it is. */
export interface Blocks {
  readonly v4?: readonly string[] | undefined;
  readonly v6?: readonly string[] | undefined;
}

export const replaceBlocks =
  ({ v4, v6 }: Blocks): AccessChange =>
  (access) => ({
    allowedCidrs: unique(v4 ?? access.allowedCidrs),
    allowedCidrsV6: unique(v6 ?? access.allowedCidrsV6),
  });

/** What is both added and removed is there in the end. */
export const changeBlocks =
  (change: { readonly add: Blocks; readonly remove: Blocks }): AccessChange =>
  (access) => ({
    allowedCidrs: changed(access.allowedCidrs, change.add.v4, change.remove.v4),
    allowedCidrsV6: changed(access.allowedCidrsV6, change.add.v6, change.remove.v6),
  });

function changed(
  blocks: readonly string[],
  add: readonly string[] = [],
  remove: readonly string[] = [],
): string[] {
  return unique([...blocks.filter((block) => !remove.includes(block)), ...add]);
}

const unique = (blocks: readonly string[]) => [...new Set(blocks)];
