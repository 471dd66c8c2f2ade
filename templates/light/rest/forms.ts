import type { RequestScope } from './request-scope.ts';

/** A form of an answer that lite leaves to us: Postgres words each row, and the texts are put together here. */
export interface Form {
  readonly contentType: string;
  /** SQL for the text of a row called `_`. */
  readonly rowText: string;
  readonly assemble: (rows: readonly FormedRow[]) => string;
}

export interface FormedRow {
  readonly columns: readonly string[];
  readonly text: string;
}

const FORMS: ReadonlyMap<string, Form> = new Map([
  [
    'text/csv',
    {
      contentType: 'text/csv; charset=utf-8',
      // The text of a record is CSV but for its parentheses.
      rowText: '_::text',
      assemble: (rows: readonly FormedRow[]) => {
        const lines = rows.map(({ text }) => text.slice(1, -1));
        return `${rows[0]?.columns.join(',') ?? ''}\n${lines.join('\n')}`;
      },
    },
  ],
  [
    'application/geo+json',
    {
      contentType: 'application/geo+json; charset=utf-8',
      // Of PostGIS; without it the answer is PostgREST's, that there is no such function.
      rowText: 'st_asgeojson(_)::text',
      assemble: (rows: readonly FormedRow[]) =>
        `{"type" : "FeatureCollection", "features" : [${rows.map(({ text }) => text).join(', ')}]}`,
    },
  ],
]);

/** The form that a request prefers, if it is one of these. */
export function formOf(accept: string | null): Form | undefined {
  const [preferred = ''] = (accept ?? '').split(/[,;]/, 1);
  return FORMS.get(preferred.trim().toLowerCase());
}

/** A HEAD request gets what a GET request would, but for the body. */
export function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}

/** The answer with what was found instead of rows as JSON; errors stay as they are. */
export function asWished(
  response: Response,
  { wishes, found }: Pick<RequestScope, 'wishes' | 'found'>,
): Response {
  if (wishes.plan !== undefined && found.plan !== undefined)
    return new Response(found.plan, { headers: { 'content-type': wishes.plan.contentType } });
  if (wishes.form === undefined || found.formed === undefined || !response.ok || response.body === null)
    return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', wishes.form.contentType);
  headers.delete('content-length');
  return new Response(wishes.form.assemble(found.formed), { status: response.status, headers });
}
