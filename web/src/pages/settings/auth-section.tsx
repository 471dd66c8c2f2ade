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

/** Most providers are at one address; of others the owner has their own. */
const providerLabels = (provider: string, known: object) => ({
  [`external_${provider}_enabled`]: 'Enabled',
  [`external_${provider}_client_id`]: 'Client ID',
  [`external_${provider}_secret`]: 'Secret',
  ...(`external_${provider}_url` in known ? { [`external_${provider}_url`]: 'Address of the issuer' } : {}),
});

export function AuthSection() {
  const { ref } = useProject();
  return (
    <Section title="Auth">
      <Loaded query={useAnswer('getAuthConfig', { params: { ref } })}>
        {(values) => (
          <>
            <AuthFields values={values} labels={LABELS} />
            <h3 className={styles['head']}>Providers</h3>
            {PROVIDERS.map((provider) => (
              <details key={provider} className={styles['provider']}>
                <summary>
                  {provider}
                  <span>{values[`external_${provider}_enabled`] === true ? 'Enabled' : 'Off'}</span>
                </summary>
                <AuthFields
                  // What is shown of a secret is its digest; sent back, it would become the secret.
                  values={{ ...values, [`external_${provider}_secret`]: undefined }}
                  labels={providerLabels(provider, values)}
                  placeholder="As it is"
                />
              </details>
            ))}
          </>
        )}
      </Loaded>
    </Section>
  );
}

interface AuthFieldsProps {
  readonly values: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly placeholder?: string;
}

/** Saved by themselves, so that what is refused of them is said of no others. */
function AuthFields({ labels, ...shown }: AuthFieldsProps) {
  const { ref } = useProject();
  const mayWrite = useMay('auth_config_write');
  const update = useAction('updateAuthConfig', { inline: true, done: 'Auth takes it up.' });
  return (
    <SettingFields
      {...shown}
      names={Object.keys(labels)}
      labels={labels}
      disabled={!mayWrite}
      busy={update.isPending}
      error={update.error}
      onSave={(body, whenDone) => update.mutate({ params: { ref }, body }, whenDone)}
    />
  );
}
