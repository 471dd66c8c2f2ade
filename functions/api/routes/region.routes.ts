import { regionOperations } from '../../contract/regions.contract.ts';
import { REGIONS, REGION_GROUPS, type RegionCode } from '../../contract/regions.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onCaller } from '../route.ts';

type Group = (typeof REGION_GROUPS)[number];

const GROUP_NAMES: Record<Group, string> = { americas: 'Americas', emea: 'Europe', apac: 'Asia-Pacific' };

const CONTINENT_GROUPS = {
  NA: 'americas',
  SA: 'americas',
  EU: 'emea',
  AF: 'emea',
  AS: 'apac',
  OC: 'apac',
  AN: 'apac',
} as const satisfies Record<string, Group>;

const groupOf = (code: Group) => ({ name: GROUP_NAMES[code], code, type: 'smartGroup' as const });
const regionOf = (code: RegionCode) => ({
  name: REGIONS[code].name,
  code,
  type: 'specific' as const,
  provider: 'AWS' as const,
});

export const regionRoutes: Record<keyof typeof regionOperations, Route> = {
  listAvailableRegions: onCaller(regionOperations.listAvailableRegions, async ({ query, ports }) => {
    const open = ports.cells.regions();
    const groups = REGION_GROUPS.filter((group) => open.some((code) => REGIONS[code].group === group));
    const wanted = query.continent === undefined ? undefined : CONTINENT_GROUPS[query.continent];
    const standard = ports.cells.place(undefined)?.region;
    const near = groups.find((group) => group === wanted) ?? (standard && REGIONS[standard].group);
    const recommended = open.filter((code) => REGIONS[code].group === near);
    return ok({
      recommendations: { smartGroup: groupOf(near ?? 'americas'), specific: recommended.map(regionOf) },
      all: { smartGroup: groups.map(groupOf), specific: open.map(regionOf) },
    });
  }),
};
