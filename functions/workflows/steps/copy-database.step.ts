import { beginsWithData, dataSourceOf } from '../../core/branches/data-source.ts';
import { NotReady, type Step } from '../step.ts';

export const copyDatabase: Step = {
  title: 'Copy the database of the project it branches from',
  concerns: beginsWithData,
  async run({ project, stack, ports }) {
    const from = await dataSourceOf(project.value, ports);
    if (!(await ports.copies.database(stack, from))) throw new NotReady('the database is being copied');
  },
};
