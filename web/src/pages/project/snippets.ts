interface Facts {
  readonly ref: string;
  readonly endpoint: string;
  readonly key: string;
  readonly apiUrl: string;
  readonly dashboardUrl: string;
  /** Of Postgres; undefined: no port is open for it. */
  readonly connection: string | undefined;
}

/** What to paste to be at work, by language or tool. */
export const SNIPPETS: readonly { readonly label: string; readonly code: (facts: Facts) => string }[] = [
  {
    label: 'JavaScript',
    code: ({ endpoint, key }) => `// npm install @supabase/supabase-js
import { createClient } from '@supabase/supabase-js';

const supabase = createClient(
  '${endpoint}',
  '${key}',
);

const { data, error } = await supabase.from('todos').select();`,
  },
  {
    label: 'Python',
    code: ({ endpoint, key }) => `# pip install supabase
from supabase import create_client

supabase = create_client(
    "${endpoint}",
    "${key}",
)

todos = supabase.table("todos").select("*").execute()`,
  },
  {
    label: 'psql',
    code: ({ connection }) =>
      connection === undefined
        ? '# No port is open for Postgres. Start the cloud with one:\nBASEPLANE_PG_PORT=5432 npm start'
        : `psql '${connection}?sslmode=require'`,
  },
  {
    label: 'CLI',
    code: ({ ref, endpoint, apiUrl, dashboardUrl }) => `cat > baseplane.yaml <<'END'
name: baseplane
api_url: ${apiUrl}
dashboard_url: ${dashboardUrl}
project_host: ${new URL(endpoint).hostname.split('.').slice(1).join('.')}
END

export SUPABASE_PROFILE=$PWD/baseplane.yaml
export SUPABASE_ACCESS_TOKEN=…   # one of yours

npx supabase link --project-ref ${ref}`,
  },
];
