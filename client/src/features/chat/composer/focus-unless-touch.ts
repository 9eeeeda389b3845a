/** On a touch device focus would open the keyboard over the page before anybody asked for it. */
export function focusUnlessTouch(field: HTMLTextAreaElement | null): void {
  if (!matchMedia('(pointer: coarse)').matches) field?.focus({ preventScroll: true });
}
