import type { Mail } from '../kernel/notifier.port.ts';
import type { Project } from '../project/project.ts';
import type { IdleVerdict } from './idle-verdict.ts';

interface Told {
  readonly lastUse: IdleVerdict['lastUse'];
  readonly pausesAt: Date;
  readonly dashboardUrl: string;
}

const minute = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`;

/** What is said before a project is paused. */
export function idleMail(
  { name, ref }: Pick<Project, 'name' | 'ref'>,
  { lastUse, pausesAt, dashboardUrl }: Told,
): Omit<Mail, 'to'> {
  const since =
    lastUse === null
      ? 'Nothing has used it yet.'
      : `It was last used at ${minute(lastUse.at)}, by ${lastUse.use}.`;
  return {
    subject: `Your project ${name} will be paused`,
    text: [
      `Nobody has used the project ${name} (${ref}) for a while, and it will be paused at`,
      `${minute(pausesAt.toISOString())}. ${since}`,
      '',
      'Any request to it keeps it running. A project that is paused keeps its data, and its next request wakes it.',
      'To keep it running whether it is used or not, exempt it in its settings:',
      `${dashboardUrl}/project/${ref}/settings/general`,
      '',
    ].join('\n'),
  };
}
