import { useAnswer } from '../../api/hooks.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

/** What the project is made of, and what becomes of it when there is a newer version: no operation upgrades a template. */
export function TemplateSection() {
  const { template, template_version: version } = useProject();
  return (
    <Section title="Template" about={`Made with ${template}, version ${version}.`}>
      <Loaded query={useAnswer('listTemplates', {})} lines={1}>
        {(all) => (
          <p className={styles['fact']}>
            {newer(version, all.find(({ name }) => name === template)?.version)}
          </p>
        )}
      </Loaded>
    </Section>
  );
}

function newer(version: string, newest: string | undefined): string {
  if (newest === undefined) return 'The template is not offered any more.';
  if (newest === version) return 'It is the newest version.';
  return `Version ${newest} is there. A restart brings its services; the database keeps the roles and schemas that it was set up with, for there is no upgrade of those yet. A new project has both.`;
}
