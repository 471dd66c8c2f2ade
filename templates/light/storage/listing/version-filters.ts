import { z } from 'zod';

const Filter = z.enum(['exclude', 'include', 'only']).default('exclude');

export const VersionFilters = { noncurrentVersions: Filter, deleteMarkers: Filter };

/** Buckets of this template keep no old versions, so whoever asks for nothing else gets nothing. */
export function wantsOnlyVersions(filters: { noncurrentVersions: string; deleteMarkers: string }): boolean {
  return filters.noncurrentVersions === 'only' || filters.deleteMarkers === 'only';
}
