/** Bytes of a text that are shown. */
export const mostShown = 100_000;

/** The beginning of a file as text (UTF-8, or UTF-16 with its mark); `binary` when it is none. */
export async function readText(file: Blob): Promise<{ readonly text: string; readonly isCut: boolean } | 'binary'> {
  const isCut = file.size > mostShown;
  const bytes = new Uint8Array(await file.slice(0, mostShown).arrayBuffer());
  // The last character of what was cut off may be half there.
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: isCut });
  return text.includes('\0') ? 'binary' : { text, isCut };
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
