import type { ProjectRef } from '../kernel/ids.ts';

/** What is known of the clusters that projects have for themselves. */
export interface ClusterMetrics {
  /**
   * How large each was from then up to and without then: Aurora's capacity units times the seconds that it had them. One
   * that nothing is known of is absent.
   */
  capacity(
    refs: readonly ProjectRef[],
    range: { readonly from: Date; readonly to: Date },
  ): Promise<ReadonlyMap<ProjectRef, number>>;
}
