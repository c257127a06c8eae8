import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guidePage } from './guidePage';

const docs = join(import.meta.dirname, '../../docs');
const guide = readFileSync(join(docs, 'guide.md'), 'utf8');

describe('the guide as a page', () => {
  it('keeps every heading, picture and fence, and shows no Markdown', () => {
    const page = guidePage(guide);
    expect(page.match(/<h2>/g)).toHaveLength(guide.match(/^## /gm)?.length ?? 0);
    expect(page.match(/<img /g)).toHaveLength(guide.match(/!\[/g)?.length ?? 0);
    expect(page.match(/<pre/g)).toHaveLength((guide.match(/^```/gm)?.length ?? 0) / 2);
    expect(page).not.toMatch(/\*\*|\]\(|^#/m);
  });

  it('has pictures that are there', () => {
    const pictures = [...guide.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(pictures.filter((file) => !existsSync(join(docs, file)))).toEqual([]);
  });

  it('makes links to the web only, and markup of nothing but Markdown', () => {
    const page = guidePage('# T\n\n[a](https://a.test) [b](study.md) <script>alert(1)</script> `x < y`');
    expect(page).toContain('<a href="https://a.test">a</a> b (<code>study.md</code> in the source)');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <code>x &lt; y</code>');
  });

  it('keeps blank lines inside a fence', () => {
    expect(guidePage('# T\n\n```\na\n\nb\n```\n\nc')).toContain('<pre tabindex="0">a\n\nb</pre>\n<p>c</p>');
  });
});
