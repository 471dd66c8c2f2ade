import { measureProvisioning } from './provision.ts';
import { type Row, table } from './row.ts';

const BENCHES: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  provisioning: measureProvisioning,
  waking: async () => (await import('./wake.ts')).measureWaking(),
  api: async () => (await import('./api.ts')).measureApi(),
  rest: async () => (await import('./light-rest.ts')).measureLightRest(),
  storage: async () => (await import('./light-storage.ts')).measureStorage(),
  realtime: async () => (await import('./realtime.ts')).measureRealtime(),
  functions: async () => (await import('./bundles.ts')).measureBundles(),
  postgres: async () => (await import('./postgres-gateway.ts')).measurePostgresGateway(),
  gateway: async () => {
    const { measureGateway } = await import('./gateway.ts');
    const cost = await measureGateway();
    const value = cost.gateway_us;
    return [
      {
        name: 'gateway, CPU a request',
        value,
        unit: 'µs',
        floor: cost.bare_proxy_us,
        beside: 'the barest Node proxy',
      },
      { name: 'gateway, CPU a request', value, unit: 'µs', floor: cost.direct_us, beside: 'no proxy at all' },
    ];
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(1);
}
for (const [name, measure] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}\n${table(await measure())}`);
}
