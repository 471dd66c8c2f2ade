import { Page } from '../../ui/page.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { ApiKeysSection } from './api-keys-section.tsx';
import { ApiSection } from './api-section.tsx';
import { AuthSection } from './auth-section.tsx';
import { DatabaseSection } from './database-section.tsx';
import { DeleteSection } from './delete-section.tsx';
import { DomainSection } from './domain-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { IdleSection } from './idle-section.tsx';
import { NetworkSection } from './network-section.tsx';
import { SecretsSection } from './secrets-section.tsx';
import { TemplateSection } from './template-section.tsx';
import { ToolsSection } from './tools-section.tsx';

/** A section is there for whom the API would answer it. */
export function SettingsPage() {
  const { name } = useProject();
  const may = {
    auth: useMay('auth_config_read'),
    keys: useMay('api_gateway_keys_read'),
    secrets: useMay('edge_functions_secrets_read'),
    remove: useMay('project_admin_write'),
  };
  return (
    <Page title="Settings" of={name}>
      <GeneralSection />
      <IdleSection />
      <TemplateSection />
      <ToolsSection />
      <DatabaseSection />
      <ApiSection />
      {may.keys && <ApiKeysSection />}
      {may.auth && <AuthSection />}
      <DomainSection />
      <NetworkSection />
      {may.secrets && <SecretsSection />}
      {may.remove && <DeleteSection />}
    </Page>
  );
}
