/** What the official CLI is to know of an installation, as the text of its profile file. */
export function cliProfile(options: { readonly apiUrl: string; readonly projectHost: string }): string {
  const { apiUrl, projectHost } = options;
  return [
    'name: baseplane',
    `api_url: ${apiUrl}`,
    `dashboard_url: ${apiUrl}`,
    `project_host: ${projectHost}`,
    '',
  ].join('\n');
}
