/** What only makes sense on a live page, or would stand in the picture twice. */
const leftOut = [
  'button',
  'input:not([type="checkbox"])',
  'select',
  'textarea',
  'dialog',
  'script',
  'style',
  'link',
  'audio',
  '[popover]',
  '[data-no-picture]',
  '.sr-only',
  '.katex-html',
].join(',');

/** A copy of an element that needs nothing from outside itself but the styles of the page. */
export function copyForPicture(element: HTMLElement, nameOfMissing: (name: string) => string): Node {
  const copy = element.cloneNode(true);
  if (!(copy instanceof HTMLElement)) return copy;
  const originals = [...element.querySelectorAll('img, canvas, iframe, video')];
  for (const [index, stale] of [...copy.querySelectorAll('img, canvas, iframe, video')].entries()) {
    const original = originals[index];
    if (original !== undefined) stale.replaceWith(standIn(original, nameOfMissing));
  }
  const boxes = element.querySelectorAll<HTMLInputElement>('input[type="checkbox"]');
  for (const [index, box] of copy.querySelectorAll('input[type="checkbox"]').entries()) {
    // What is checked is no attribute by itself.
    box.toggleAttribute('checked', boxes[index]?.checked ?? false);
  }
  for (const part of copy.querySelectorAll(leftOut)) part.remove();
  for (const part of copy.querySelectorAll('details')) part.open = true;
  return copy;
}

function standIn(original: Element, nameOfMissing: (name: string) => string): Element {
  const drawn = drawnAs(original);
  if (drawn !== undefined) {
    const image = document.createElement('img');
    const { width, height } = original.getBoundingClientRect();
    image.src = drawn;
    image.width = width;
    image.height = height;
    image.className = original.getAttribute('class') ?? '';
    return image;
  }
  const note = document.createElement('p');
  note.className = 'picture-missing';
  note.textContent = nameOfMissing(original.getAttribute('alt') ?? original.getAttribute('title') ?? '');
  return note;
}

/** What an element shows, as a data URL; `undefined` where the page may not read it. */
function drawnAs(element: Element): string | undefined {
  try {
    if (element instanceof HTMLCanvasElement) return element.toDataURL();
    if (!(element instanceof HTMLImageElement) || !element.complete || element.naturalWidth === 0) return undefined;
    if (element.src.startsWith('data:')) return element.src;
    const canvas = document.createElement('canvas');
    canvas.width = element.naturalWidth;
    canvas.height = element.naturalHeight;
    canvas.getContext('2d')?.drawImage(element, 0, 0);
    return canvas.toDataURL();
  } catch (error) {
    // It is of another origin.
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
