import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

const htmlStrings = 'Nodes are made from typed data, never from strings.';
const storage = 'Both windows share one origin: nothing is kept in the web view.';

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/lib/bindings'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-globals': [
        'error',
        { name: 'localStorage', message: storage },
        { name: 'sessionStorage', message: storage },
        { name: 'indexedDB', message: storage },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'document', property: 'write', message: htmlStrings },
        { object: 'document', property: 'writeln', message: htmlStrings },
        { object: 'window', property: 'localStorage', message: storage },
        { object: 'window', property: 'sessionStorage', message: storage },
        { object: 'navigator', property: 'language', message: 'The locale comes from AppInfo: here it may be "C".' },
        { property: 'innerHTML', message: htmlStrings },
        { property: 'outerHTML', message: htmlStrings },
        { property: 'insertAdjacentHTML', message: htmlStrings },
        { property: 'createContextualFragment', message: htmlStrings },
        { property: 'parseFromString', message: htmlStrings },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/lib/backend knows the shell.' }] },
      ],
    },
  },
  { files: ['src/lib/backend/**'], rules: { 'no-restricted-imports': 'off' } },
);
