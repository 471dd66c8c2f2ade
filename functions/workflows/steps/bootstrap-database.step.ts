import { furnishDatabase } from '../furnish-database.ts';
import type { Step } from '../step.ts';

export const bootstrapDatabase: Step = {
  title: 'Set up roles and schemas',
  run: furnishDatabase,
};
