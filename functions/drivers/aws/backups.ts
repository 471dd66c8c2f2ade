import { PortError } from '../../core/kernel/errors.ts';
import type { Backups } from '../../core/project/backups.port.ts';
import type { Stack } from '../../core/project/stack.ts';

const REASONS: Record<Stack['tier'], string> = {
  pooled:
    'The database is on a cluster that it shares: Aurora keeps and restores the backups of clusters, not of one database on them.',
  dedicated:
    'Aurora keeps daily backups of the cluster and its log, and restores them into a new cluster only. Taking such a cluster into use as the project’s is not automated: the operator restores it.',
};

/** Aurora keeps backups by itself; none is to be had here, and each tier has its reason. */
export class AuroraBackups implements Backups {
  async refusal({ tier }: Stack): Promise<string> {
    return REASONS[tier];
  }

  async list(): Promise<readonly never[]> {
    return [];
  }

  take(stack: Stack): Promise<never> {
    return this.#refuse(stack);
  }

  drop(stack: Stack): Promise<never> {
    return this.#refuse(stack);
  }

  recover(stack: Stack): Promise<never> {
    return this.#refuse(stack);
  }

  async #refuse({ tier }: Stack): Promise<never> {
    throw new PortError(REASONS[tier]);
  }
}
