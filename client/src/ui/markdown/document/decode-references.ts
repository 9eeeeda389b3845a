const REFERENCE = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/g;

const named = new Map<string, string>();

/** Replaces HTML character references (`&amp;`, `&#233;`) by the characters they stand for. Unknown names stay. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replaceAll(REFERENCE, decodeOne) : text;
}

function decodeOne(reference: string): string {
  if (reference[1] !== '#') return decodeNamed(reference);
  const digits = reference.slice(2, -1);
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  const invalid = code === 0 || code > 0x10_ffff || (code >= 0xd8_00 && code <= 0xdf_ff);
  return invalid ? '\u{fffd}' : String.fromCodePoint(code);
}

/** The browser knows all 2,231 names. The pattern above admits nothing but `&letters;`, so no markup can be parsed. */
function decodeNamed(reference: string): string {
  const known = named.get(reference);
  if (known !== undefined) return known;
  const template = document.createElement('template');
  template.innerHTML = reference;
  const decoded = template.content.textContent;
  named.set(reference, decoded);
  return decoded;
}
