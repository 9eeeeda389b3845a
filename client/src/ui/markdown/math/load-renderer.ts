/** TeX source to KaTeX's HTML with MathML inside. Never throws: errors in the source are shown in place. */
export type FormulaRenderer = (text: string, display: boolean) => string;

let loaded: FormulaRenderer | undefined;
let loading: Promise<FormulaRenderer | undefined> | undefined;

/** The renderer, if it has been loaded already. */
export function loadedRenderer(): FormulaRenderer | undefined {
  return loaded;
}

/** Loads KaTeX with its styles on the first call. Undefined when that fails; the next call then tries again. */
export function loadRenderer(): Promise<FormulaRenderer | undefined> {
  loading ??= importKatex().catch(() => {
    // Offline, or a new version was deployed under this page: the source stays readable.
    loading = undefined;
    return undefined;
  });
  return loading;
}

async function importKatex(): Promise<FormulaRenderer> {
  const [{ renderToString }] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')]);
  loaded = (text, display) =>
    renderToString(text, {
      displayMode: display,
      throwOnError: false,
      output: 'htmlAndMathml',
      trust: false,
      strict: 'ignore',
      // Bounds for hostile input: no formula grows without limit or larger than 20 em.
      maxExpand: 500,
      maxSize: 20,
      errorColor: 'var(--color-danger)',
    });
  return loaded;
}
