import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import type { Dashboard } from './dashboard.ts';

/** What there is to see where the dashboard has not been built. */
export function homePage(
  { apiUrl, version }: LocalCloud['ports']['installation'],
  headers: Readonly<Record<string, string>>,
): Dashboard {
  const content = Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Baseplane</title>
<h1>Baseplane ${version} is running</h1>
<p>The dashboard has not been built. Run <code>npm run build:web</code> and start again.</p>
<p>The API is at <a href="/docs">${apiUrl}/v1</a>. The terminal shows how to create a project with it.</p>
</html>
`);
  return {
    serve(request, response) {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      if (!reads || !/^\/(\?|$)/.test(request.url ?? '')) return false;
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/html; charset=utf-8',
        'content-length': content.length,
      });
      response.end(request.method === 'HEAD' ? undefined : content);
      return true;
    },
  };
}
