/**
 * Words of a foreign author as the model and people get them: without control and invisible characters (line ends and
 * the joiners that scripts and emoji need stay), and no longer than `limit` UTF-16 units.
 */
export function cleanText(text: string, limit: number): string {
  // What is cut away need not be cleaned; there may be megabytes of it.
  const cleaned = text.slice(0, limit * 4).replace(invisible, '');
  const whole = cleaned.length === text.length ? cleaned : cleaned.toWellFormed();
  return whole.length <= limit
    ? whole
    : `${whole
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

/** The same on one line. */
export function cleanLine(text: string, limit: number): string {
  return cleanText(
    text
      .slice(0, limit * 4)
      .replace(/\s+/g, ' ')
      .trim(),
    limit,
  );
}

const invisible = /(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
