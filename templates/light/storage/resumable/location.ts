/**
 * Where an upload goes on. Absolute where the client uses the project's own address, else relative to where it asked:
 * whatever leads there then leads to the upload too.
 */
export function locationOf(requested: URL, externalUrl: string, id: string): string {
  const base = requested.pathname.replace(/\/+$/, '');
  if (requested.host === new URL(externalUrl).host) return `${externalUrl}${base}/${id}`;
  return requested.pathname.endsWith('/') ? id : `${base.slice(base.lastIndexOf('/') + 1)}/${id}`;
}
