import { CATALOGUE } from '../../templates/catalogue.ts';

/**
 * Loaded into a cloud before it starts: at a signal its templates are a release further on, as they are where the
 * control plane is deployed anew while stacks run.
 */
process.on('SIGUSR2', () => {
  for (const template of CATALOGUE.templates) {
    const change = { version: '99.0.0', change: 'Something new.' };
    Object.assign(template, { version: change.version, changes: [change, ...template.changes] });
  }
});
