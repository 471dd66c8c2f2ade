import { OPERATIONS } from '../contract/index.ts';
import { openApi } from '../contract/openapi.ts';
import { DOCS_HEADERS, docsPage } from './docs-page.ts';
import type { Answer, Serve } from './http.ts';

/** The same, with a page that tells of every operation. */
export function documented(serve: Serve): Serve {
  return (received) => {
    const { method, path } = received;
    return path === '/docs' && (method === 'GET' || method === 'HEAD') ? page() : serve(received);
  };
}

const page = async (): Promise<Answer> => ({
  status: 200,
  headers: DOCS_HEADERS,
  body: String(await docsPage(openApi(OPERATIONS))),
});
