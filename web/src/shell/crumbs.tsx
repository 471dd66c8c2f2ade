import { Link } from '@tanstack/react-router';
import { useAnswer } from '../api/hooks.ts';
import styles from './crumbs.module.css';
import { useSubject } from './places.ts';

/** Where one is: the organization, and in it the project. */
export function Crumbs() {
  const { ref, slug } = useSubject();
  const project = useAnswer(
    'getProjectOverview',
    { params: { ref: ref ?? '' } },
    { enabled: ref !== undefined },
  );
  const organizations = useAnswer('listOrganizations', {});
  const organization = organizations.data?.find(
    (each) => each.slug === (slug ?? project.data?.organization_slug),
  );
  return (
    <nav className={styles['crumbs']} aria-label="Where you are">
      <ol>
        {organization && (
          <li className={styles['organization']}>
            <Link to="/organizations/$slug" params={{ slug: organization.slug }}>
              {organization.name}
            </Link>
          </li>
        )}
        {ref !== undefined && project.data && (
          <li>
            <Link to="/projects/$ref" params={{ ref }}>
              {project.data.name}
            </Link>
          </li>
        )}
      </ol>
    </nav>
  );
}
