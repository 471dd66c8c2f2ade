import { furnishDatabase } from '../furnish-database.ts';
import type { Step } from '../step.ts';

export const upgradeDatabase: Step = {
  title: 'Bring the database to the version of the template',
  concerns: ({ template_version }, { version }) => template_version !== version,
  async run(context) {
    // It is started again in its own version.
    if (await context.ports.compute.isMade(context.stack)) return;
    await furnishDatabase(context);
  },
};
