/** Clients of a cell's databases connect to it; below it a project is named as `<ref>.`. Known before it is deployed. */
export const gatewayDomain = ({
  cell,
  rootDomain,
}: {
  readonly cell: string;
  readonly rootDomain: string;
}): string => `pg.${cell}.${rootDomain}`;

export const GATEWAY_PORT = 5432;
/** Where gateways hear from one another. */
export const PEER_PORT = 5433;
