export interface BannerFacts {
  readonly apiUrl: string;
  /** Whether there is a dashboard to be served. */
  readonly built: boolean;
  /** Where Postgres's clients come in, if anywhere. */
  readonly postgresPort: number | undefined;
  readonly home: string;
  readonly localJson: string;
  /** Where the databases are when they can't be below the state directory. */
  readonly dataRoot: string;
}

/**
 * What a person needs next. The access token is read from its file by the line itself, because a terminal's output
 * ends up in logs.
 */
export function banner({ apiUrl, built, postgresPort, home, localJson, dataRoot }: BannerFacts): string {
  const token = `$(sed -n 's/.*"access_token": "\\([^"]*\\)".*/\\1/p' ${quote(localJson)})`;
  return `
Baseplane is ready.

  Dashboard   ${built ? apiUrl : 'is not built; run npm run build:web, then start again'}
  API         ${apiUrl}/v1${
    postgresPort === undefined
      ? ''
      : `
  Postgres    postgresql://postgres.<ref>@localhost:${postgresPort}/postgres`
  }
  State       ${home}${
    dataRoot.startsWith(home)
      ? ''
      : `
  Databases   ${dataRoot}, because other users cannot enter the state directory and Postgres refuses to run as root`
  }

Create a project:

  curl -X POST ${apiUrl}/v1/projects -H "authorization: Bearer ${token}" -H 'content-type: application/json' -d '{"name":"my-app"}'

`;
}

/** As one word of a POSIX shell, inside double quotes too. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
