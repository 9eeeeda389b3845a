/** A hue in degrees that a name always has, as text. */
export function nameHue(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return String(sum);
}
