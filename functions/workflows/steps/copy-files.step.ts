import { beginsWithData, dataSourceOf } from '../../core/branches/data-source.ts';
import { NotReady, type Step } from '../step.ts';

export const copyFiles: Step = {
  title: 'Copy the files of the project it branches from',
  concerns: beginsWithData,
  async run({ project, stack, ports }) {
    const from = await dataSourceOf(project.value, ports);
    if (!(await ports.copies.files(stack, from))) throw new NotReady('the files are being copied');
  },
};
