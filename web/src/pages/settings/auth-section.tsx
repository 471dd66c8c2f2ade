import { useAction, useAnswer } from '../../api/hooks.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { SettingFields } from './setting-fields.tsx';
import styles from './settings.module.css';

const LABELS = {
  site_url: 'Site URL',
  uri_allow_list: 'Addresses that people may be sent back to',
  disable_signup: 'Nobody can sign up by themselves',
  external_email_enabled: 'Sign in with an e-mail address',
  mailer_autoconfirm: 'Take e-mail addresses without a confirmation',
  external_anonymous_users_enabled: 'Sign in without saying who one is',
  password_min_length: 'Characters that a password has at least',
  jwt_exp: 'Seconds that an access token is valid',
};

/** The providers that people know; the API has all that Supabase has. */
const PROVIDERS = ['google', 'github', 'apple', 'azure', 'gitlab', 'keycloak'] as const;

const providerLabels = (provider: string) => ({
  [`external_${provider}_enabled`]: 'Enabled',
  [`external_${provider}_client_id`]: 'Client ID',
  [`external_${provider}_secret`]: 'Secret',
});

export function AuthSection() {
  const { ref } = useProject();
  const mayWrite = useMay('auth_config_write');
  const config = useAnswer('getAuthConfig', { params: { ref } });
  const update = useAction('updateAuthConfig', { inline: true, done: 'Auth takes it up.' });
  return (
    <Section title="Auth">
      <Loaded query={config}>
        {(values) => {
          const common = {
            values,
            disabled: !mayWrite,
            busy: update.isPending,
            error: update.error,
            onSave: (body: Record<string, string | number | boolean | null>) =>
              update.mutate({ params: { ref }, body }),
          };
          return (
            <>
              <SettingFields {...common} names={Object.keys(LABELS)} labels={LABELS} />
              <h3 className={styles['head']}>Providers</h3>
              {PROVIDERS.map((provider) => (
                <details key={provider} className={styles['provider']}>
                  <summary>
                    {provider}
                    <span>{values[`external_${provider}_enabled`] === true ? 'Enabled' : 'Off'}</span>
                  </summary>
                  <SettingFields
                    {...common}
                    names={Object.keys(providerLabels(provider))}
                    labels={providerLabels(provider)}
                    // What is shown of a secret is its digest; sent back, it would become the secret.
                    values={{ ...values, [`external_${provider}_secret`]: undefined }}
                    placeholder="As it is"
                  />
                </details>
              ))}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
