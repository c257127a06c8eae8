import type { Plugin } from 'vite';

/** What a page that is opened from a link needs before it draws, and no other page does. */
const parts = ['src/share/link.ts', 'src/ui/shell/LinkBanner.tsx'];

/** Tells public/theme-boot.js the files of those parts, so that a link fetches them beside the page's own script and not after it. */
export function preloadLinkParts(): Plugin {
  return {
    name: 'preload-link-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = new Map(
          Object.values(bundle ?? {}).flatMap((file) =>
            file.type === 'chunk' ? [[file.fileName, file] as const] : [],
          ),
        );
        const wanted = new Set<string>();
        const want = (name: string): void => {
          if (wanted.has(name) || html.includes(name)) return;
          wanted.add(name);
          chunks.get(name)?.imports.forEach(want);
        };
        for (const [name, { moduleIds }] of chunks)
          if (moduleIds.some((id) => parts.some((part) => id.endsWith(part)))) want(name);
        if (wanted.size < parts.length) throw new Error(`not in a chunk of their own: ${parts.join(', ')}`);
        const files = [...wanted].map((name) => `./${name}`).join(' ');
        return html.replace(
          '<script src="./theme-boot.js"',
          `<script data-link-parts="${files}" src="./theme-boot.js"`,
        );
      },
    },
  };
}
