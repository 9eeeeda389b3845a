import { expect, test } from 'vitest';
import { loadLanguage } from './load-language.ts';
import { toSpans } from './to-spans.ts';

const SAMPLES = [
  ['typescript', 'const a: string = `x ${1 + 1} "&lt;" ${b}`; // <b>&amp;</b>\nclass A<T> {}\n'],
  ['python', 'def f(x: int) -> str:\n    """doc <&>"""\n    return f"{x!r}\'"\n'],
  ['xml', '<p class="a">&amp; <script>let a = 1 < 2 && "</b>";</script><!-- c --></p>\n'],
  ['diff', '- a\n+ b\n@@ -1 +1 @@\n'],
  ['json', '{"a": [1, true, null, "\\u00e9"]}\n'],
  ['bash', 'echo "$HOME" | grep -c \'x\' # done\n'],
] as const;

test.for(SAMPLES)('spans of %s add up to the code', async ([language, code]) => {
  const highlighter = await loadLanguage(language);
  const spans = toSpans(highlighter?.highlight(code, { language }).value ?? '');
  expect(spans.map(([, text]) => text).join('')).toBe(code);
  expect(new Set(spans.map(([kind]) => kind)).size).toBeGreaterThan(2);
});

test('inner scopes decide, and neighbours of one kind are one span', () => {
  expect(
    toSpans('<span class="hljs-string">a<span class="hljs-subst">b</span>c</span><span class="hljs-regexp">d</span>'),
  ).toEqual([
    ['string', 'a'],
    ['plain', 'b'],
    ['string', 'cd'],
  ]);
});

test('classes of highlight.js that come in two parts are known', () => {
  expect(toSpans('<span class="hljs-title function_">f</span><span class="hljs-built_in">g</span>')).toEqual([
    ['title', 'f'],
    ['type', 'g'],
  ]);
});
