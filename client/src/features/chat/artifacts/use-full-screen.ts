import { type RefObject, useEffect, useState } from 'react';

/**
 * Lets a dialog lie in the flow of the page or fill the screen, without being moved in the document: a frame in it goes
 * on. Filling the screen, it is modal, and Esc leads back.
 */
export function useFullScreen(dialog: RefObject<HTMLDialogElement | null>): readonly [boolean, () => void] {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return undefined;
    element.close();
    if (isFull) element.showModal();
    else element.setAttribute('open', '');
    const onCancel = (event: Event) => {
      event.preventDefault();
      setFull(false);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      // The panel around it must not take the key too.
      if (event.key !== 'Escape' || !isFull || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      setFull(false);
    };
    element.addEventListener('cancel', onCancel);
    element.addEventListener('keydown', onKeyDown);
    return () => {
      element.removeEventListener('cancel', onCancel);
      element.removeEventListener('keydown', onKeyDown);
    };
  }, [dialog, isFull]);
  return [isFull, () => setFull(!isFull)];
}
