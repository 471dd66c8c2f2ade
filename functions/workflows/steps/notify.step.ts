import type { Step } from '../step.ts';

export const notify: Step = {
  title: 'Tell the owners',
  async run({ input, project, ports }) {
    const { name, organization, ref } = project.value;
    const members = await ports.organizations.membersOf(organization);
    for (const { user } of members.filter((member) => member.role === 'owner')) {
      const person = await ports.organizations.user(user);
      if (person === undefined) continue;
      await ports.notifier.send(`${input.execution}-${user}`, {
        to: person.email,
        subject: `Your project ${name} is ready`,
        text: `The project ${name} (${ref}) is up and healthy.\n`,
      });
    }
  },
};
