/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    // Templates are built node by node: the content security policy refuses HTML strings.
    fragments: 'tree',
  },
};
