/** Bounded repetitions everywhere: no text may make a guard slow. */
const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}{2,24}/u;
/** With a country's code: +49 170 1234567, 0049 …, +1 (555) 010-9999. */
const international = /(?<![\w.])(?:\+|00)[1-9]\d{0,2}(?:[ .\-/()]{0,3}\d){7,12}(?![\w])/;
/** With a leading zero and separators or brackets: 030 1234567, (0170) 12 34 56 78, 020-7946-0958. */
const national = /(?<![\w.,+-])\(?0[1-9]\d{1,4}[) ./-]{1,3}\d(?:[ ./-]?\d){4,9}(?![\w])/;
/** North American: 555-010-9999, (555) 010-9999. */
const american = /(?<![\w.,+-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])/;
/** Any long number that is called a number to call. */
const named =
  /(?:phone|mobile|cell|whatsapp|call me|tel\.?|telephone|telefon|handy|mobil|téléphone|teléfono|móvil)(?: number| no\.?|nummer)?(?: is| ist| est| es)?[:\s#]{1,3}\+?\d(?:[ ./()-]{0,2}\d){5,14}/i;
const socialSecurity = /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/;
const cardCandidates = /(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w])/g;
const ibanCandidates = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])/g;
/** Keys and passwords are nobody else's business either. */
const secret =
  /(?<![\w-])(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,})|-----BEGIN [A-Z ]*PRIVATE KEY-----|(?:password|passwort|passwd|mot de passe|contraseña)(?: is| ist| est| es)?\s{0,2}[:=]\s{0,2}\S{4,}/i;

/** Whether `text` seems to hold what belongs to one person: e-mail, phone, card, account or insurance numbers, secrets. */
export function holdsPersonalData(text: string): boolean {
  if (text.includes('@') && email.test(text)) return true;
  if (secret.test(text)) return true;
  // Nearly every other text ends here.
  if (!/\d{3}/.test(text)) return false;
  return (
    [international, national, american, named, socialSecurity].some((pattern) => pattern.test(text)) ||
    (text.match(cardCandidates) ?? []).some(isCardNumber) ||
    (text.match(ibanCandidates) ?? []).some(isIban)
  );
}

/** Luhn's check digit, on a number that begins as cards do. */
function isCardNumber(candidate: string): boolean {
  const digits = candidate.replaceAll(/\D/g, '');
  if (!/^(?:[3-6]|2[2-7])/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.at(-1 - index));
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += index % 2 === 1 ? doubled : digit;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the number, turned round and its letters counted from 10, leaves 1 when divided by 97. */
function isIban(candidate: string): boolean {
  const plain = candidate.replaceAll(' ', '');
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return plain.length >= 15 && rest === 1;
}
