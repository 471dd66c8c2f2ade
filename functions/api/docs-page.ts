import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { DescribedOperation, OpenApiDocument } from '../contract/openapi.ts';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 6rem; }
h2 { margin-top: 2.5rem; text-transform: capitalize; }
nav { display: flex; flex-wrap: wrap; gap: .25rem .75rem; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: .5rem 0; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
summary span { opacity: .75; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .75rem; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 6px; }
.method { display: inline-block; min-width: 4em; font-weight: 600; }
.missing { text-decoration: line-through; opacity: .6; }
table { border-collapse: collapse; }
td { padding: .1rem 1rem .1rem 0; vertical-align: top; }
`;

const digest = createHash('sha256').update(STYLE).digest('base64');

/** The page has no script, and its one style is this one. */
export const DOCS_HEADERS = {
  'content-type': 'text/html; charset=UTF-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${digest}'`,
  'x-content-type-options': 'nosniff',
};

interface Place {
  readonly method: string;
  readonly path: string;
  readonly operation: DescribedOperation;
}

/** The API for people to read, made of the document that programs read. */
export function docsPage(document: OpenApiDocument) {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const tags = Map.groupBy(places, ({ operation }) => operation.tags[0] ?? '');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${document.info.title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${document.info.title}</h1>
        <p>${document.info.description} As data: <a href="/openapi.json">openapi.json</a>.</p>
        <nav>${[...tags.keys()].map((tag) => html`<a href="#${tag}">${tag}</a> `)}</nav>
        ${[...tags].map(
          ([tag, of]) =>
            html`<h2 id="${tag}">${tag}</h2>
              ${of.map(entry)}`,
        )}
      </body>
    </html>`;
}

function entry({ method, path, operation }: Place) {
  const reason = operation['x-reason'];
  const permission = operation['x-permission'];
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return html`<details id="${operation.operationId}">
    <summary>
      <code class="${reason === undefined ? '' : 'missing'}"
        ><span class="method">${method.toUpperCase()}</span>${path}</code
      >
      <span>${operation.summary}</span>
    </summary>
    ${reason === undefined ? '' : html`<p>Answers 501: ${reason}</p>`}
    ${permission === undefined ? '' : html`<p>Asks for the permission <code>${permission}</code>.</p>`}
    ${
      operation.parameters.length === 0
        ? ''
        : html`<table>
            ${operation.parameters.map(parameter)}
          </table>`
    }
    ${bodies.map(([type, { schema }]) => shape('Body', type, schema))}
    ${Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
      status === 'default'
        ? []
        : Object.entries(content).map(([type, { schema }]) => shape(status, type, schema)),
    )}
  </details>`;
}

function shape(title: string, mediaType: string, schema: unknown) {
  return html`<h4>${title} <code>${mediaType}</code></h4>
    <pre>${JSON.stringify(schema, null, 2)}</pre>`;
}

function parameter({
  name,
  in: place,
  required,
  description,
  schema,
}: DescribedOperation['parameters'][number]) {
  return html`<tr>
    <td><code>${name}</code></td>
    <td>${place}${required ? ', required' : ''}</td>
    <td><code>${JSON.stringify(schema)}</code></td>
    <td>${description ?? ''}</td>
  </tr>`;
}
