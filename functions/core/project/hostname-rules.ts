import { z } from 'zod';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names under the installation's domain that are, or may come to be, its own. */
const RESERVED: ReadonlySet<string> = new Set([
  'admin',
  'api',
  'app',
  'auth',
  'console',
  'dashboard',
  'db',
  'docs',
  'edge',
  'ftp',
  'help',
  'login',
  'mail',
  'ns1',
  'ns2',
  'pooler',
  'root',
  'smtp',
  'status',
  'support',
  'wake',
  'www',
]);

/** The first label of a vanity subdomain. 20 letters would read as a project's ref. */
export const vanitySubdomainSchema = z
  .string()
  .toLowerCase()
  .regex(label, 'must be 1 to 63 letters, digits or "-", with no "-" at either end')
  .refine((name) => !/^[a-z]{20}$/.test(name), 'must not have the form of a project ref')
  .refine((name) => !RESERVED.has(name), {
    error: 'is reserved for the installation itself',
    params: { suggestion: 'Put your own name before or behind it, such as "my-app-www".' },
  });

/** RFC 1035: labels of 63 octets, 253 in all. A name of digits only would be an address. */
export const customHostnameSchema = z
  .string()
  .toLowerCase()
  .max(253, 'must have at most 253 characters')
  .refine((name) => {
    const labels = name.split('.');
    return (
      labels.length > 1 && labels.every((each) => label.test(each)) && !/^\d+$/.test(labels.at(-1) ?? '')
    );
  }, 'must be a full domain name, such as "api.example.com"');
