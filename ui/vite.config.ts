import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

import { noHtmlStrings } from './build/no-html-strings.ts';

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), noHtmlStrings()],
  // Tests run Svelte's browser build, as the windows do.
  ...(mode === 'test' ? { resolve: { conditions: ['browser'] } } : {}),
  build: {
    target: ['es2022', 'safari16'],
    // The pages name their scripts themselves; the polyfill would fetch, which the policy refuses.
    modulePreload: { polyfill: false },
    // A picture within a style sheet would be a data: URL, which the policy refuses.
    assetsInlineLimit: 0,
    rollupOptions: { input: [page('chat.html'), page('settings.html')] },
  },
  // The app's icon lies beside this folder.
  server: { port: 5173, strictPort: true, fs: { allow: ['.', '../icons'] } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    restoreMocks: true,
  },
}));
