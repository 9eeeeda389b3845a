/** One thing the operator must mend, or should know about. */
export interface Mistake {
  /** Where: `librechat.yaml:12:5`, `.env:3` or `environment`. */
  readonly place: string;
  /** Which setting: `endpoints.custom[0].baseURL` or `PORT`; empty when the whole file is meant. */
  readonly subject: string;
  /** What is wrong with it. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

/** A mistake on one line, such as `.env:3  PORT  must be …  Fix: PORT=3080`. */
export function formatMistake({ place, subject, message, fix }: Mistake): string {
  return [place, subject, message, `Fix: ${fix}`].filter((part) => part !== '').join('  ');
}

/**
 * The first mistake about each setting. What comes later is often its consequence: a variable that is missing makes the
 * value that needs it wrong, too.
 */
export function onePerSubject(mistakes: readonly Mistake[]): Mistake[] {
  const subjects = new Set<string>();
  return mistakes.filter(({ subject }) => {
    const isNew = subject === '' || !subjects.has(subject);
    subjects.add(subject);
    return isNew;
  });
}
