import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { forgetFailedLogins, recordFailedLogin } from '../../functions/core/project/login-failures.ts';
import { useOf } from '../../functions/core/usage/counted-use.ts';
import { egressOf, requestsTo } from '../../functions/core/usage/meters.ts';
import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import type { ExchangeReports, ProjectResponse } from './gateway-exchange.ts';
import type { PostgresClient } from '../../functions/core/project/postgres-admission.ts';
import type { PostgresGatewayParts } from '../postgres-gateway/gateway.ts';
import { isWork } from '../postgres-gateway/work.ts';

/** Notes by what each project is used, and who came to its Postgres with a wrong password. */
export function useOfProjects({
  activity,
  meter,
  open,
  recorder,
  ports,
  log,
}: LocalCloud): Required<ExchangeReports> &
  Required<Pick<PostgresGatewayParts, 'onLogin' | 'onSent' | 'onAnswered'>> {
  const note = ({ ref, service }: Pick<ProjectResponse, 'ref' | 'service'>): void => {
    if (service !== 'other') activity.note(ref, service);
  };
  const count = (ref: ProjectRef, { address }: PostgresClient, admitted: boolean) =>
    admitted ? forgetFailedLogins(ref, address, ports) : recordFailedLogin(ref, address, ports);
  return {
    onRequest: ({ ref, service }) => {
      meter.opened(service);
      if (service !== 'other') open.opened(ref, service);
    },
    onResponse: (response) => {
      const { ref, service, bytes_out } = response;
      meter.closed(service, response.status, response.duration_ms / 1000);
      recorder.add(ref, requestsTo(service), 1);
      recorder.add(ref, egressOf(service), bytes_out);
      if (service !== 'other') open.closed(ref, service);
      const use = useOf(response);
      if (use !== undefined) activity.note(ref, use);
    },
    onMessage: note,
    onLogin: (ref, client, admitted) => {
      meter.loggedIn(admitted);
      void count(ref, client, admitted).catch((error: unknown) =>
        log.error('a login was not counted', error, { project: ref }),
      );
    },
    onAnswered: (ref, bytes) => {
      meter.sent(bytes);
      recorder.add(ref, 'egress_bytes_postgres', bytes);
    },
    onSent: (ref, chunk) => {
      if (isWork(chunk)) activity.note(ref, 'postgres');
    },
  };
}
