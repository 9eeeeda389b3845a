import { useEffect, useRef } from 'react';
import { focusRegion } from './regions.ts';

/**
 * For a dialog that removes something: once the function it returns was called, the focus goes to the page when the
 * dialog leaves, because the button that opened it is gone too.
 */
export function useFocusPageOnLeave(): () => void {
  const isDue = useRef(false);
  useEffect(() => {
    const due = isDue;
    return () => {
      if (due.current) focusRegion('transcript');
    };
  }, []);
  return () => {
    isDue.current = true;
  };
}
