import type { ReactNode } from 'react';
import { Empty } from '../../ui/notice.tsx';
import { ActionButton } from './action-button.tsx';
import { useMay, useProject } from './use-project.ts';

/** What asks the project's own services: to look at a page must not wake a project that is paused. */
export function Awake({ children }: { readonly children: ReactNode }) {
  const { status, status_label, status_meaning } = useProject();
  const mayReadKeys = useMay('api_gateway_keys_read');
  if (!status.startsWith('ACTIVE_')) {
    return (
      <Empty title={status_label} actions={<ActionButton action="restore" onlyIfAllowed tone="primary" />}>
        {status_meaning}
      </Empty>
    );
  }
  if (!mayReadKeys) {
    return (
      <Empty title="Your role does not reach this">
        It takes a key that goes around row-level security. An owner or administrator of the organization can
        change your role.
      </Empty>
    );
  }
  return children;
}
