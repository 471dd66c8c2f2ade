import type { CellSettings } from '../../infra/cell/settings.ts';

export const PRODUCTION: CellSettings = {
  stage: 'production',
  // As long as a name may be, which is when the template is largest.
  cell: 'eu-central-1-primary',
  region: 'eu-central-1',
  rootDomain: 'projects.a-rather-long-domain-name.example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  wakeUrl: 'https://api.a-rather-long-domain-name.example.com',
  defaultCell: true,
  cidr: '10.20.0.0/16',
};
export const PASSING: CellSettings = { ...PRODUCTION, stage: 'pr-12', cell: 'pr12', defaultCell: false };
