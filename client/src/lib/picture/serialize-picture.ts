/** What XML cannot hold, whatever it is escaped as. */
const notInXml = /[^\t\n\r\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cf}\p{Co}\p{Cn}]|[\ufffe\uffff]/gu;

const svgSpace = 'http://www.w3.org/2000/svg';
const htmlSpace = 'http://www.w3.org/1999/xhtml';

/** An element with the styles of the page as one SVG document, which browsers show without fetching anything. */
export function serializePicture(
  element: HTMLElement,
  size: { readonly width: number; readonly height: number },
): string {
  const root = document.documentElement;
  const picture = document.implementation.createDocument(svgSpace, 'svg');
  const svg = picture.documentElement;
  const html = picture.createElementNS(htmlSpace, 'html');
  // `:root` is the outermost element there, `html` the inner one: both get what the page's own has.
  for (const target of [svg, html]) {
    for (const { name, value } of root.attributes) target.setAttribute(name, value);
    target.setAttribute('style', `${root.getAttribute('style') ?? ''};${rootStyle()}`);
  }
  svg.setAttribute('width', String(size.width));
  svg.setAttribute('height', String(size.height));
  const style = picture.createElementNS(htmlSpace, 'style');
  style.textContent = pageStyles();
  const body = picture.createElementNS(htmlSpace, 'body');
  body.append(picture.importNode(element, true));
  html.append(style, body);
  const outer = picture.createElementNS(svgSpace, 'foreignObject');
  outer.setAttribute('width', '100%');
  outer.setAttribute('height', '100%');
  outer.append(html);
  svg.append(outer);
  return new XMLSerializer().serializeToString(picture).replace(notInXml, '');
}

/** The scheme that is shown at the moment, and the size that `rem` counts in. */
function rootStyle(): string {
  const { colorScheme, fontSize } = getComputedStyle(document.documentElement);
  const isDark =
    /dark/.test(colorScheme) && (!/light/.test(colorScheme) || matchMedia('(prefers-color-scheme: dark)').matches);
  return `color-scheme:${isDark ? 'dark' : 'light'} !important;font-size:${fontSize}`;
}

/** All rules of the page but those that would fetch something. */
function pageStyles(): string {
  return [...document.styleSheets, ...document.adoptedStyleSheets].flatMap(rulesOf).join('\n');
}

function rulesOf(sheet: CSSStyleSheet): string[] {
  return [...readableRules(sheet)]
    .filter((rule) => !(rule instanceof CSSFontFaceRule || rule instanceof CSSImportRule))
    .map(({ cssText }) => cssText);
}

function readableRules(sheet: CSSStyleSheet): Iterable<CSSRule> {
  try {
    return sheet.cssRules;
  } catch (error) {
    // It is of another origin: some extension of the browser has put it into the page.
    if (error instanceof DOMException) return [];
    throw error;
  }
}
