import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cliProfile } from '../../functions/contract/cli-profile.ts';

const handedOutSchema = z.object({ access_token: z.string() });

export interface LocalFile {
  readonly api_url: string;
  readonly dashboard_url: string;
  readonly access_token: string;
  readonly organization_slug: string;
  readonly pid: number;
  /** Path of the local CA's certificate, when TLS is on. */
  readonly ca_cert: string | null;
}

export const localJsonPath = (home: string) => join(home, 'local.json');

/** The token that an earlier start handed out, if its file is still there. */
export function readHandedOut(home: string): z.infer<typeof handedOutSchema> | undefined {
  try {
    return handedOutSchema.safeParse(JSON.parse(readFileSync(localJsonPath(home), 'utf8'))).data;
  } catch (error) {
    if (
      error instanceof SyntaxError ||
      (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    ) {
      return undefined;
    }
    throw error;
  }
}

/** How programs find the cloud. Whoever reads it owns the cloud, hence 0600. */
export function writeLocalJson(home: string, file: LocalFile): void {
  replace(localJsonPath(home), `${JSON.stringify(file, null, 2)}\n`, 0o600);
}

/** The profile that makes the official CLI talk to this cloud. */
export function writeProfile(
  home: string,
  options: { readonly apiUrl: string; readonly projectHost: string },
): void {
  replace(join(home, 'supabase-profile.yaml'), cliProfile(options), 0o644);
}

/** Nobody ever reads half of it. */
function replace(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}
