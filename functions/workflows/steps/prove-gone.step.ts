import { Remnants, type Step } from '../step.ts';

/** Named in the message; more would tell a person nothing. */
const SHOWN = 5;

export const proveGone: Step = {
  title: 'Prove that nothing is left',
  async run({ input, ports }) {
    const remnants = await ports.inventory.list(input.ref);
    if (remnants.length === 0) return;
    const some = remnants.slice(0, SHOWN).map(({ kind, name }) => `${kind} ${name}`);
    throw new Remnants(`still there: ${some.join(', ')}${remnants.length > SHOWN ? ', …' : ''}`);
  },
};
