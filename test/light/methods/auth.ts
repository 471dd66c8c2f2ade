import { supabaseAdmin } from '../../database/callers.ts';
import { authMethods, authMethodSettings, PROVIDER_REDIRECT } from '../auth-methods.ts';
import { startOidcProvider } from '../oidc-provider.ts';
import { startProject } from '../running-project.ts';
import { type MethodGroup, outcomesOf } from './method.ts';

export const auth: MethodGroup = {
  client: 'auth',
  names: authMethods.map(({ name }) => name),
  async tryAll(start = (settings) => startProject(supabaseAdmin, settings)) {
    await using provider = await startOidcProvider(PROVIDER_REDIRECT);
    await using project = await start(authMethodSettings(provider));
    return await outcomesOf(authMethods, { project, service: project.client('SERVICE_ROLE_KEY'), provider });
  },
};
