import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serializePicture } from './serialize-picture.ts';

class FontFaceRule {
  readonly cssText = '@font-face { src: url("https://elsewhere.example/a.woff2"); }';
}
class ImportRule {
  readonly cssText = '@import "https://elsewhere.example/";';
}

function sheetOf(...cssRules: object[]): object {
  return { cssRules };
}

const foreign = {
  get cssRules(): never {
    throw new DOMException('Cannot access rules', 'SecurityError');
  },
};

beforeEach(() => {
  vi.stubGlobal('CSSFontFaceRule', FontFaceRule);
  vi.stubGlobal('CSSImportRule', ImportRule);
  const sheets = [foreign, sheetOf({ cssText: '.a > .b { color: red; }' }, new ImportRule(), new FontFaceRule())];
  vi.spyOn(document, 'styleSheets', 'get').mockReturnValue(sheets as never);
  Object.assign(document, { adoptedStyleSheets: [] });
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function drawn(html: string): Document {
  const frame = document.createElement('div');
  frame.innerHTML = html;
  const svg = serializePicture(frame, { width: 10, height: 20 });
  return new DOMParser().parseFromString(svg, 'image/svg+xml');
}

test('a picture has the rules of the page, without those that fetch, and without sheets of extensions', () => {
  const styles = drawn('<p>Hello</p>').querySelector('style')?.textContent;
  expect(styles).toBe('.a > .b { color: red; }');
});

test('hostile text stays text, and what XML cannot hold is left out', () => {
  const frame = document.createElement('p');
  frame.textContent = '</style><script>alert(1)</script> ]]> & \u0000\u0008\ufffe\ud800 \u{1f600}';
  const picture = drawn(frame.outerHTML);
  expect(picture.querySelector('parsererror, script')).toBeNull();
  expect(picture.querySelector('p')?.textContent).toBe('</style><script>alert(1)</script> ]]> &  \u{1f600}');
});
