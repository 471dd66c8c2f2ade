import { type Call } from '../call.ts';
import { invalid, type Refusal } from '../refusal.ts';

export type Page = { page: number; limit: number; offset: number };

const DEFAULT_SIZE = 50;
const LARGEST = 1000;

export function readPage({ query }: Call): Page | Refusal {
  const page = Number(query.get('page') || 1);
  const limit = Number(query.get('per_page') || DEFAULT_SIZE);
  const fits = [page, limit].every((value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000);
  if (!fits) return invalid('Bad Pagination Parameters: page and per_page must be whole numbers from 1');
  const size = Math.min(limit, LARGEST);
  return { page, limit: size, offset: (page - 1) * size };
}

/** GoTrue's headers; clients find the pages in the first parameter of each link. */
export function pageHeaders(path: string, { page, limit }: Page, total: number): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / limit));
  const link = (target: number, rel: string) => `<${path}?page=${target}&per_page=${limit}>; rel="${rel}"`;
  const links = [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')];
  return { 'x-total-count': String(total), link: links.join(', ') };
}
