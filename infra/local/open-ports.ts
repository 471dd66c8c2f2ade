import { networkInterfaces } from 'node:os';
import type { LocalConfig } from '../../functions/runtime/config.ts';
import type { Certificates } from './certificate-authority.ts';
import type { Gateway } from './gateway.ts';
import type { PostgresGateway } from '../postgres-gateway/gateway.ts';

/** Only this machine is served: on its IPv4 loopback, and on the IPv6 one where there is such. */
export async function openPorts(
  { gateway, postgres }: { readonly gateway: Gateway; readonly postgres: PostgresGateway },
  { port, tlsPort, postgresPort }: LocalConfig,
  certificates: Certificates | undefined,
): Promise<void> {
  for (const host of hasIpv6Loopback() ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    await gateway.listen({ port, host });
    if (postgresPort !== undefined) await postgres.listen({ port: postgresPort, host });
    if (tlsPort === undefined || certificates === undefined) continue;
    await gateway.listen({ port: tlsPort, host, certificates });
  }
}

function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
}
