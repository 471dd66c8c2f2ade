import react from '@vitejs/plugin-react';
import { type Plugin, defineConfig } from 'vite';
import { OPERATIONS } from '../functions/contract/index.ts';

const PLACES = 'virtual:operations';

/** Method and path of every operation, taken from the contract without the schemas, which would weigh more than the pages. */
const operationPlaces = (): Plugin => ({
  name: 'operation-places',
  resolveId: (id) => (id === PLACES ? `\0${PLACES}` : undefined),
  load(id) {
    if (id !== `\0${PLACES}`) return undefined;
    const places = Object.entries(OPERATIONS).map(([name, { method, path }]) => [name, [method, path]]);
    return `export const PLACES = ${JSON.stringify(Object.fromEntries(places))};`;
  },
});

export default defineConfig({
  plugins: [react(), operationPlaces()],
  build: { target: 'es2023', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/v2', '/platform', '/oidc', '/p/'].map((path) => [path, 'http://localhost:8000']),
    ),
  },
});
