import { describe, expect, it } from 'vitest';
import { headingAnchor, preparePage } from './prepare-page.ts';

describe('preparePage', () => {
  it.each([
    ['guides/first-steps.md', '[go](connect-a-provider.md)', '[go](/docs/guides/connect-a-provider)'],
    ['guides/first-steps.md', '[go](../adr/README.md#two)', '[go](/docs/adr/README#two)'],
    ['guides/add-things.md', '[go](../../ARCHITECTURE.md)', '[go](/docs/ARCHITECTURE)'],
    ['README.md', '[go](docs/guides/your-data.md)', '[go](/docs/guides/your-data)'],
    ['README.md', '[rooms](packages/contracts)', 'rooms'],
    ['README.md', 'see ![chat](docs/images/chat.png)', 'see '],
    ['README.md', '[a](https://example.com) [b](#here) [c](/c/new)', '[a](https://example.com) [b](#here) [c](/c/new)'],
    ['README.md', '```md\n[go](other.md)\n```\n[go](other.md)', '```md\n[go](other.md)\n```\n[go](/docs/other)'],
  ])('of %s turns %j into %j', (path, text, expected) => {
    expect(preparePage({ path, text })).toBe(expected);
  });

  it('leaves out the title, which stands above the page', () => {
    expect(preparePage({ path: 'README.md', text: '# Parley\n\nHello\n\n# More' })).toBe('\n\nHello\n\n# More');
  });
});

describe('headingAnchor', () => {
  it('names headings as GitHub does', () => {
    const taken = new Map<string, number>();
    expect(['What’s new? (2026)', 'Set up', 'Set up'].map((heading) => headingAnchor(heading, taken))).toEqual([
      'whats-new-2026',
      'set-up',
      'set-up-1',
    ]);
  });
});
