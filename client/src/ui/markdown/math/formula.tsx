import { useEffect, useState } from 'react';
import { type FormulaRenderer, loadedRenderer, loadRenderer } from './load-renderer.ts';

interface FormulaProps {
  /** TeX source without its delimiters. */
  readonly text: string;
  /** In the large form for a line of its own. */
  readonly display: boolean;
}

/** A formula; its source until KaTeX is there, or for good when it cannot be loaded. */
export function Formula({ text, display }: FormulaProps) {
  const render = useFormulaRenderer();
  if (!render) return <code dir="ltr">{text}</code>;
  // Safe: KaTeX builds this markup itself, escapes the source, and `trust: false` denies links, images, HTML, classes.
  return <span dir="ltr" dangerouslySetInnerHTML={{ __html: render(text, display) }} />;
}

function useFormulaRenderer(): FormulaRenderer | undefined {
  const [renderer, setRenderer] = useState(() => loadedRenderer());
  useEffect(() => {
    if (renderer) return undefined;
    let mounted = true;
    const load = async () => {
      const loaded = await loadRenderer();
      if (mounted && loaded) setRenderer(() => loaded);
    };
    void load();
    return () => {
      mounted = false;
    };
  }, [renderer]);
  return renderer;
}
