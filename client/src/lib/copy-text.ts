/** Puts `text` on the clipboard. Works without TLS too, where browsers hide the clipboard API. */
export async function copyText(text: string): Promise<'copied' | 'failed'> {
  if (!('clipboard' in navigator)) return copyBySelection(text);
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    // Denied by the user or by a policy of the embedding page.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): 'copied' | 'failed' {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied ? 'copied' : 'failed';
}
