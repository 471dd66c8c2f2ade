import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The SDK as it stands in this repository, not as it was built last.
  resolve: { conditions: ['baseplane-source', 'module', 'browser', 'development|production'] },
});
