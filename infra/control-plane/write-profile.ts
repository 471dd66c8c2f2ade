import { writeFileSync } from 'node:fs';
import { cliProfile } from '../../functions/contract/cli-profile.ts';

const FILE = 'supabase-profile.yaml';

const [apiUrl = '', projectHost = '', file = FILE] = process.argv.slice(2);
const address = URL.parse(apiUrl);
if (address === null || !/^https?:$/.test(address.protocol) || !/^[\w.-]+$/.test(projectHost)) {
  process.stderr.write(`usage: npm run profile -- API_URL PROJECT_DOMAIN [FILE]

  API_URL          where the Management API is, such as https://api.example.com
  PROJECT_DOMAIN   what projects are below, such as example.com
  FILE             what is written; ${FILE} if left out

A cloud on this machine has written its own into its state directory.
`);
  process.exit(2);
}
writeFileSync(file, cliProfile({ apiUrl: address.href.replace(/\/$/, ''), projectHost }));
process.stdout.write(`${file} is written. Use it: export SUPABASE_PROFILE=${file}\n`);
