import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { forgetFailedLogins, recordFailedLogin } from '../../functions/core/project/login-failures.ts';
import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import type { ExchangeReports, ProjectResponse } from './gateway-exchange.ts';
import type { PostgresClient, PostgresGatewayParts } from './postgres-gateway.ts';
import { isWork } from './postgres-gateway-work.ts';

/** Nobody who has no key uses a project, however often they ask. */
const WITHOUT_KEY = 401;

/** Notes by what each project is used, and who came to its Postgres with a wrong password. */
export function useOfProjects({
  activity,
  open,
  ports,
  log,
}: LocalCloud): Required<ExchangeReports> & Required<Pick<PostgresGatewayParts, 'onLogin' | 'onSent'>> {
  const note = ({ ref, service }: Pick<ProjectResponse, 'ref' | 'service'>): void => {
    if (service !== 'other') activity.note(ref, service);
  };
  const count = (ref: ProjectRef, { address }: PostgresClient, admitted: boolean) =>
    admitted ? forgetFailedLogins(ref, address, ports) : recordFailedLogin(ref, address, ports);
  return {
    onRequest: ({ ref, service }) => {
      if (service !== 'other') open.opened(ref, service);
    },
    onResponse: (response) => {
      if (response.service !== 'other') open.closed(response.ref, response.service);
      if (response.status !== WITHOUT_KEY) note(response);
    },
    onMessage: note,
    onLogin: (ref, client, admitted) =>
      void count(ref, client, admitted).catch((error: unknown) =>
        log.error('a login was not counted', error, { ref }),
      ),
    onSent: (ref, chunk) => {
      if (isWork(chunk)) activity.note(ref, 'postgres');
    },
  };
}
