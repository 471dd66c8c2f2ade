import { useAnswer } from '../../api/hooks.ts';
import { Loaded } from '../../ui/skeleton.tsx';
import styles from './new-project-page.module.css';

interface TemplateChoiceProps {
  /** Empty: the standard one. */
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

const DOLLARS = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });

const inWords = (cents: number) =>
  cents === 0
    ? 'No cost: it runs on your machine'
    : `About ${DOLLARS.format(cents / 100)} a month if it never rests, besides its share of the database`;

/** What a project is made of, in plain words. */
export function TemplateChoice({ chosen, onChoose }: TemplateChoiceProps) {
  const templates = useAnswer('listTemplates', {});
  return (
    <fieldset>
      <legend className={styles['legend']}>Template</legend>
      <Loaded query={templates}>
        {(all) => (
          <div className={styles['templates']}>
            {all.map(({ name, description, services, standard, monthly_cost: cost }) => (
              <label key={name} className={styles['template']}>
                <input
                  type="radio"
                  name="template"
                  value={name}
                  checked={chosen === '' ? standard : chosen === name}
                  onChange={() => onChoose(name)}
                />
                <span>
                  <span className={styles['name']}>{name}</span>
                  <span className={styles['words']}>{description}</span>
                  <span className={styles['services']}>{services.join(' · ')}</span>
                  <span className={styles['words']}>{inWords(cost)}</span>
                </span>
              </label>
            ))}
          </div>
        )}
      </Loaded>
    </fieldset>
  );
}
