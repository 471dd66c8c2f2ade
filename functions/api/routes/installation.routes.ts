import { installationOperations } from '../../contract/installation.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { readOutbox } from '../../core/organization/installation.ts';
import { type Route, onCaller, open } from '../route.ts';

const O = installationOperations;

export const installationRoutes: Record<keyof typeof installationOperations, Route> = {
  getInstallation: open(O.getInstallation, async ({ ports: { installation, outbox } }) => {
    const { issuer, accountUrl, apiUrl, version, target } = installation;
    return ok({
      issuer: issuer?.issuer ?? null,
      client_id: issuer?.clientId ?? null,
      account_url: accountUrl ?? null,
      api_url: apiUrl,
      version,
      target,
      outbox: outbox !== null,
    });
  }),

  listOutbox: onCaller(O.listOutbox, async ({ principal, ports }) => {
    const mails = await readOutbox(principal, ports);
    return mails.ok ? ok(mails.value.map((mail) => ({ ...mail }))) : mails;
  }),
};
