/** docs/guide.md as a page beside the playground. Reads the Markdown that the guide uses: headings, paragraphs, lists, fences, pictures, links, code, emphasis. */

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Other documents are not served beside the page. */
const target = (url: string): string | null => (/^(https?:|guide\/|#)/.test(url) ? url : null);

function inline(text: string): string {
  return escape(text)
    .replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, '<img alt="$1" src="$2" loading="lazy">')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, url: string) =>
      target(url) === null ? `${words} (<code>${url}</code> in the source)` : `<a href="${url}">${words}</a>`,
    )
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/(^|\W)_([^_]+)_(?=\W|$)/g, '$1<i>$2</i>');
}

function block(text: string): string {
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(text);
  if (fence) return `<pre tabindex="0">${escape(fence[1] ?? '')}</pre>`;
  const heading = /^(#{1,3}) (.*)$/.exec(text);
  if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? '')}</h${heading[1]?.length}>`;
  if (/^[-*] /.test(text)) {
    const items = text.split(/\n(?=[-*] )/).map((item) => `<li>${inline(item.slice(2).replace(/\n\s*/g, ' '))}</li>`);
    return `<ul>${items.join('')}</ul>`;
  }
  return `<p>${inline(text.replace(/\n/g, ' '))}</p>`;
}

/** Blocks stand between blank lines; inside a fence a blank line is text. */
function splitBlocks(markdown: string): string[] {
  const blocks: string[][] = [[]];
  let fenced = false;
  for (const line of markdown.trim().split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (line === '' && !fenced) blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

const style = `:root{color-scheme:light dark}body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.55 system-ui,sans-serif;color:CanvasText;background:Canvas}
img{max-width:100%;border:1px solid GrayText;border-radius:6px}pre{padding:.6rem .8rem;overflow:auto;border:1px solid GrayText;border-radius:6px}code,pre{font:13px/1.5 ui-monospace,monospace}h1,h2{line-height:1.25}`;

export function guidePage(markdown: string): string {
  const blocks = splitBlocks(markdown);
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? 'Guide';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${escape(title)}</title><style>${style}</style></head>
<body><p><a href="./">Back to the playground</a></p><main>
${blocks.map(block).join('\n')}
</main></body></html>
`;
}
