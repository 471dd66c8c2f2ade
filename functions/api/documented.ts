import { OPERATIONS } from '../contract/index.ts';
import { openApi } from '../contract/openapi.ts';
import { DOCS_HEADERS, docsPage } from './docs-page.ts';
import type { Served } from './serve-routes.ts';

/** The same, with a page that tells of every operation. */
export function documented(app: Served): Served {
  return app.get('/docs', (c) => c.html(docsPage(openApi(OPERATIONS)), 200, DOCS_HEADERS));
}
