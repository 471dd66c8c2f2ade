import { useAction, useAnswer } from '../../api/hooks.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { SettingFields } from './setting-fields.tsx';

const LABELS = {
  db_schema: 'Schemas that the REST API shows',
  db_extra_search_path: 'Schemas that are searched besides',
  max_rows: 'Rows in one answer at most',
};

export function ApiSection() {
  const { ref } = useProject();
  const config = useAnswer('getPostgrestConfig', { params: { ref } });
  const update = useAction('updatePostgrestConfig', { inline: true, done: 'The REST API takes it up.' });
  const mayWrite = useMay('data_api_config_write');
  return (
    <Section title="API">
      <Loaded query={config}>
        {(values) => (
          <SettingFields
            names={Object.keys(LABELS)}
            labels={LABELS}
            values={values}
            disabled={!mayWrite}
            busy={update.isPending}
            error={update.error}
            onSave={(body, whenDone) => update.mutate({ params: { ref }, body }, whenDone)}
          />
        )}
      </Loaded>
    </Section>
  );
}
