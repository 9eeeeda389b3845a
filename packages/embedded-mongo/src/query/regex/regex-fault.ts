/** A fault of a regular expression, in the words of PCRE2, which MongoDB passes on. */
export class RegexFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegexFault';
  }
}
