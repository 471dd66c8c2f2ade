import { expect, it } from 'vitest';
import { readDocument, withOperations } from './operations-table.ts';

it('the committed table says what there is of each operation: npm run docs:operations writes it', () => {
  const document = readDocument();
  expect(withOperations(document)).toBe(document);
});
