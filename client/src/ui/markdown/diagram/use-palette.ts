import { type RefObject, useEffect, useState } from 'react';
import { type Palette, readPalette } from './palette.ts';

/**
 * The theme's colours at an element, once it has come near the visible part of the page, and again whenever the theme
 * changes. Undefined before that.
 */
export function usePalette(ref: RefObject<Element | null>): Palette | undefined {
  const isNear = useIsNear(ref);
  const [palette, setPalette] = useState<Palette>();
  useEffect(() => {
    const element = ref.current;
    if (!isNear || !element) return undefined;
    const update = () => {
      const next = readPalette(element);
      setPalette((current) => (JSON.stringify(current) === JSON.stringify(next) ? current : next));
    };
    update();
    const attributes = new MutationObserver(update);
    attributes.observe(document.documentElement, { attributes: true });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', update);
    return () => {
      attributes.disconnect();
      scheme.removeEventListener('change', update);
    };
  }, [ref, isNear]);
  return palette;
}

function useIsNear(ref: RefObject<Element | null>): boolean {
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (isNear || !element || !('IntersectionObserver' in globalThis)) return undefined;
    if (element.closest('[data-paper]')) {
      // Paper shows all of it, wherever somebody has scrolled to.
      setIsNear(true);
      return undefined;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setIsNear(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, isNear]);
  return isNear;
}
