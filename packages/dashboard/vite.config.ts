import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react(), tailwind()],
  // Put in its place by the server, anew in every answer.
  html: { cspNonce: '{{nonce}}' },
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: {
    target: 'es2024',
    // The policy of the pages allows no inline data: everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
