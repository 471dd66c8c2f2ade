import { NotReady, type Step } from '../step.ts';

export const recoverDatabase: Step = {
  title: 'Put the database back',
  async run({ project, stack, ports }) {
    const { recovery } = project.value;
    if (recovery === null) throw new Error('the project is not to be put back to anything');
    if (!(await ports.backups.recover(stack, recovery))) throw new NotReady('the backup is being restored');
  },
};
