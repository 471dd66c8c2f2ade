import { useParams } from '@tanstack/react-router';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf, OperationId } from '../../api/types.ts';

export type ProjectOverview = AnswerOf<'getProjectOverview'>;
export type ActionName = ProjectOverview['actions'][number]['action'];

/** How often a project is asked for while a workflow is at work on it, and otherwise. */
const WATCHING_MS = 1_000;
const AT_REST_MS = 30_000;

export function useProjectRef(): string {
  return useParams({ from: '/inside/projects/$ref' }).ref;
}

export const useProjectQuery = (ref: string) =>
  useAnswer(
    'getProjectOverview',
    { params: { ref } },
    { every: (project) => (project?.in_transition === true ? WATCHING_MS : AT_REST_MS) },
  );

/** The project one is in. Its frame shows no page before it is known. */
export function useProject(): ProjectOverview {
  const { data } = useProjectQuery(useProjectRef());
  if (data === undefined) throw new Error('The frame of the project is not around this page.');
  return data;
}

type Permission = ProjectOverview['permissions'][number];

/** Whether the reader's role permits something here. */
export const useMay = (permission: Permission): boolean => useProject().permissions.includes(permission);

export interface SimpleAction {
  readonly label: string;
  readonly operation: OperationId &
    ('pauseProject' | 'restoreProject' | 'restartProject' | 'retryProject' | 'upgradeProjectTemplate');
  readonly done: string;
}

/** What takes nothing but a press. When it may be pressed, and why not, comes with the project. */
export const SIMPLE_ACTIONS: Readonly<Partial<Record<ActionName, SimpleAction>>> = {
  retry: { label: 'Try again', operation: 'retryProject', done: 'The project is being created again.' },
  restore: { label: 'Restore', operation: 'restoreProject', done: 'The project is being restored.' },
  restart: { label: 'Restart', operation: 'restartProject', done: 'The project is restarting.' },
  upgrade: {
    label: 'Upgrade',
    operation: 'upgradeProjectTemplate',
    done: 'The project is being upgraded; it serves meanwhile.',
  },
  pause: { label: 'Pause', operation: 'pauseProject', done: 'The project is being paused.' },
};
