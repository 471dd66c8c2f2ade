import type { AnswerOf } from './types.ts';

/** A row that a query answered. */
export type Row = AnswerOf<'runQuery'>[number];

/** What is known to be text, a number, a truth value; empty where it is not there after all. */
export const textIn = (row: Row, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value : '';
};

export const numberIn = (row: Row, name: string): number => Number(row[name] ?? 0);

export const isIn = (row: Row, name: string): boolean => row[name] === true;

export const listIn = (row: Row, name: string): readonly string[] => {
  const value = row[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
};
