import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { isAbsent } from '../../api/error.ts';
import { Absent } from '../../ui/absent.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded, PageSkeleton } from '../../ui/skeleton.tsx';
import { ActionButton } from './action-button.tsx';
import styles from './project-frame.module.css';
import { type ProjectOverview, useProjectQuery, useProjectRef } from './use-project.ts';

/** Around every page of a project: its pages come when it is known, under word of whatever is the matter with it. */
export function ProjectFrame() {
  const project = useProjectQuery(useProjectRef());
  if (isAbsent(project)) {
    return (
      <Absent title="Project not found">
        It may have been deleted. If it is somebody else’s, have an owner of its organization invite you.
      </Absent>
    );
  }
  if (project.isError && project.data === undefined) {
    return (
      <div className={styles['missing']}>
        <Loaded query={project}>{() => null}</Loaded>
      </div>
    );
  }
  return (
    <Loaded query={project} skeleton={<PageSkeleton />}>
      {(known) => (
        <>
          <Matter project={known} />
          <Outlet />
        </>
      )}
    </Loaded>
  );
}

/** The home page tells all of it; the others, that it is so, and where to look. */
function Matter({ project }: { readonly project: ProjectOverview }) {
  const { ref, status, status_label, status_meaning, failure } = project;
  const atHome = useMatchRoute()({ to: '/projects/$ref', params: { ref } }) !== false;
  if (status === 'ACTIVE_HEALTHY' || atHome) return null;
  return (
    <div className={styles['matter']}>
      <Notice
        tone="warn"
        title={status_label}
        actions={
          <>
            <ActionButton action="restore" onlyIfAllowed />
            <LinkButton to="/projects/$ref" params={{ ref }}>
              Progress
            </LinkButton>
          </>
        }
      >
        <p>{failure ?? status_meaning}</p>
      </Notice>
    </div>
  );
}
