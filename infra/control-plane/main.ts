import { makeAlarms } from './alarms.ts';
import { makeApi } from './api.ts';
import { makeCells } from './cells.ts';
import { makeFunctions } from './functions.ts';
import { makeIdentity } from './identity.ts';
import { makeJobs } from './jobs.ts';
import { byWorkflow, namesOf } from './plan/names.ts';
import { type Settings, readSettings } from './plan/settings.ts';
import { makePostgresGateways } from './postgres-gateways.ts';
import { makeState } from './state.ts';
import { stripeEnvironment } from './stripe.ts';
import { makeWeb } from './web.ts';
import { makeWorkflows } from './workflows.ts';

/** The whole installation. Refuses settings that are not right before it creates anything. */
export function deploy(env: Readonly<Record<string, string | undefined>>) {
  const settings = checked(env);
  const names = namesOf(settings.stage);
  const [{ region: home }] = settings.cells;
  const { partition } = aws.getPartitionOutput();
  const { accountId: account } = aws.getCallerIdentityOutput();
  const arnOf = (service: string, name: string) =>
    $interpolate`arn:${partition}:${service}:${home}:${account}:${name}`;
  const stateMachineArns = byWorkflow((workflow) =>
    arnOf('states', `stateMachine:${names.stateMachines[workflow]}`),
  );
  const stepFunctionArn = arnOf('lambda', `function:${names.functions.step}`);

  const table = makeState(settings);
  const cells = makeCells(settings, table);
  const place = $resolve({
    partition,
    account,
    home,
    tableArn: table.arn,
    stateMachineArns: {
      all: Object.values(stateMachineArns),
      pause: [stateMachineArns.pause],
      resume: [stateMachineArns.resume],
      redeploy: [stateMachineArns.redeploy],
    },
    hostedZoneId: settings.hostedZoneId,
    mailSender: settings.mailSender,
    cells: cells.map((cell) => cell.place),
  });
  const { pool, client, domain } = makeIdentity(settings);
  const environment = {
    BASEPLANE_TABLE: table.name,
    BASEPLANE_STATE_MACHINES: $jsonStringify(stateMachineArns),
    BASEPLANE_STEP_FUNCTION: stepFunctionArn,
    BASEPLANE_CELLS: $util.all(cells.map(({ address }) => address)).apply((all) => all.join(',')),
    BASEPLANE_MAIL_SENDER: settings.mailSender,
    BASEPLANE_DASHBOARD_URL: `https://app.${settings.rootDomain}`,
    BASEPLANE_API_URL: `https://api.${settings.rootDomain}`,
    BASEPLANE_OIDC_ISSUER: $interpolate`https://${pool.endpoint}`,
    BASEPLANE_OIDC_CLIENT_ID: client.id,
  };
  const functions = makeFunctions(settings, names, place, environment, stripeEnvironment(settings));
  makeWorkflows(settings, names, stepFunctionArn);
  const api = makeApi(settings, functions);
  if (settings.postgres) makePostgresGateways(settings, cells, api);
  makeJobs(functions);
  makeWeb(settings);
  makeAlarms(settings, names, functions, table, Object.values(stateMachineArns));
  return {
    api: `https://api.${settings.rootDomain}`,
    projects: `https://<ref>.${settings.rootDomain}`,
    issuer: $interpolate`https://${pool.endpoint}`,
    login: domain.domain,
    client: client.id,
    owner: names.functions.owner,
  };
}

function checked(env: Readonly<Record<string, string | undefined>>): Settings {
  const settings = readSettings($app.stage, env);
  if (settings.ok) return settings.value;
  throw new Error(
    ['Nothing was deployed:', ...settings.error, 'docs/deployment.md lists the settings.'].join('\n'),
  );
}
