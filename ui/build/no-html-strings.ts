import type { Plugin } from 'vite';

/** What must not be in the bundle: makers of nodes, code or policies from strings, and storage that both windows share. */
export const forbidden: readonly [name: string, pattern: RegExp][] = [
  ['createPolicy', /createPolicy/],
  ['an assignment to innerHTML', /\.innerHTML\s*=(?!=)/],
  ['an assignment to outerHTML', /\.outerHTML\s*=(?!=)/],
  ['insertAdjacentHTML', /insertAdjacentHTML/],
  ['document.write', /document\.write/],
  ['eval', /\beval\s*\(|\bnew Function\b/],
  ['setAttribute("style")', /setAttribute\(\s*["'`]style["'`]/],
  ['web storage', /\b(?:localStorage|sessionStorage)\b/],
  ['a worker', /\bnew (?:Shared)?Worker\b/],
];

/** The names of all forbidden things in a text. */
export function forbiddenIn(code: string): string[] {
  return forbidden.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}

/**
 * Takes the way from HTML strings to nodes out of Svelte's runtime, and fails the build if any is left.
 *
 * With `fragments: 'tree'` no template uses it, but the module that holds it creates a Trusted Types policy when it is
 * loaded, and `trusted-types 'none'` makes that throw.
 */
export function noHtmlStrings(): Plugin {
  return {
    name: 'no-html-strings',
    apply: 'build',
    enforce: 'pre',
    transform(_code, id) {
      if (!/\/svelte\/src\/internal\/client\/dom\/reconciler\.js$/.test(id.split('?')[0] ?? '')) return null;
      const refuse = `() => { throw new Error('HTML strings are not used here'); }`;
      return {
        code: `export const create_trusted_html = ${refuse};\nexport const create_fragment_from_html = ${refuse};\n`,
        map: null,
      };
    },
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const code = file.type === 'chunk' ? file.code : file.fileName.endsWith('.html') ? String(file.source) : '';
        const found = forbiddenIn(code);
        if (found.length > 0) this.error(`${file.fileName} holds ${found.join(', ')}`);
        if (file.fileName.endsWith('.html')) {
          const inline = /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/i.exec(code);
          if (inline) this.error(`${file.fileName} holds inline script or style: ${inline[0]}`);
        }
      }
    },
  };
}
