import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { LinkButton } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import styles from './home-page.module.css';
import { useProject } from './use-project.ts';

type ApiKey = AnswerOf<'getProjectApiKeys'>[number];

/** What each key is for; those that go around row-level security are covered. */
function meaningOf({ type, name }: ApiKey): { readonly words: string; readonly secret: boolean } {
  if (type === 'publishable') return { words: 'For browsers and apps', secret: false };
  if (type === 'secret') return { words: 'For servers alone: goes around row-level security', secret: true };
  return name === 'anon'
    ? { words: 'The publishable key of before, a JWT', secret: false }
    : { words: 'The secret key of before, a JWT', secret: true };
}

export const useKeys = () => {
  const { ref } = useProject();
  return useAnswer('getProjectApiKeys', { params: { ref }, query: { reveal: 'true' } });
};

export const useLegacyKeys = () => {
  const { ref } = useProject();
  return useAnswer('getProjectLegacyApiKeys', { params: { ref } });
};

export function KeysSection() {
  const { ref } = useProject();
  const refused = useLegacyKeys().data?.enabled === false;
  return (
    <Section
      title="API keys"
      actions={
        <LinkButton to="/projects/$ref/settings" params={{ ref }}>
          Change
        </LinkButton>
      }
    >
      <Loaded query={useKeys()}>
        {(keys) => (
          <dl className={styles['list']}>
            {keys
              .filter(({ type }) => type !== 'legacy' || !refused)
              .map((key) => {
                const { words, secret } = meaningOf(key);
                return (
                  <div key={`${key.type} ${key.name}`}>
                    <dt>
                      {key.type === 'legacy' ? key.name : `${key.type} · ${key.name}`}
                      <span className={styles['note']}>{words}</span>
                    </dt>
                    <dd>
                      <CopyValue
                        label={`${key.type} key ${key.name}`}
                        value={key.api_key ?? ''}
                        secret={secret}
                      />
                    </dd>
                  </div>
                );
              })}
          </dl>
        )}
      </Loaded>
    </Section>
  );
}
