import { useAnswer } from '../../api/hooks.ts';
import type { BodyOf } from '../../api/types.ts';
import { CheckField } from '../../ui/field.tsx';
import styles from './new-project-page.module.css';

export type Feature = NonNullable<BodyOf<'createProject'>['features']>[number];

/** What each is, in a few words. */
const FEATURES: Readonly<Record<Feature, string>> = {
  realtime: 'Channels, broadcast and changes of the database as they happen',
  messaging: 'Rooms, members and messages, kept in Postgres',
  presence: 'Who is there, and who is typing',
  bidding: 'Auctions and bids, decided so that two cannot both win',
};

const isFeature = (name: string): name is Feature => name in FEATURES;

interface FeatureChoiceProps {
  /** Empty: the standard one. */
  readonly template: string;
  readonly chosen: readonly Feature[];
  readonly onChoose: (features: readonly Feature[]) => void;
}

/** What the template offers besides. */
export function FeatureChoice({ template, chosen, onChoose }: FeatureChoiceProps) {
  const templates = useAnswer('listTemplates', {});
  const offered = templates.data
    ?.find(({ name, standard }) => (template === '' ? standard : name === template))
    ?.features.filter(isFeature);
  if (offered === undefined || offered.length === 0) return null;
  return (
    <fieldset>
      <legend className={styles['legend']}>Features</legend>
      {offered.map((feature) => (
        <CheckField
          key={feature}
          label={feature}
          hint={FEATURES[feature]}
          checked={chosen.includes(feature)}
          onChange={({ target }) =>
            onChoose(target.checked ? [...chosen, feature] : chosen.filter((each) => each !== feature))
          }
        />
      ))}
    </fieldset>
  );
}
