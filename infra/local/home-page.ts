/** What there is to see before there is a dashboard. Holds nothing secret and nothing of any project. */
export function homePage(options: {
  readonly origin: string;
  readonly projectOrigin: string;
  readonly version: string;
}): string {
  const { origin, projectOrigin, version } = options;
  const rows = [
    ['Management API', `${origin}/v1`, 'Supabase’s API: projects, organizations, keys, SQL'],
    ['Platform API', `${origin}/platform`, 'Templates, progress of workflows, teardown certificates'],
    ['Projects', projectOrigin, 'Each project at its own address; give it to supabase-js as the URL'],
    ['Projects by path', `${origin}/p/<ref>/`, 'For clients that cannot resolve subdomains of localhost'],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baseplane</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 4rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
table { border-collapse: collapse; width: 100%; margin: 2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .6rem .8rem .6rem 0; border-top: 1px solid #8884; }
code { font-size: .9em; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Baseplane</h1>
<p>Your own Supabase Cloud, version ${escape(version)}. It is running.</p>
<table>
${rows.map((row) => `<tr><th scope="row">${escape(row[0] ?? '')}</th><td><code>${escape(row[1] ?? '')}</code><br>${escape(row[2] ?? '')}</td></tr>`).join('\n')}
</table>
<p>The terminal that started it shows how to create a project.</p>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
