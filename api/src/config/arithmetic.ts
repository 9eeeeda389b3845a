const token = /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<operator>[-+*/()]))/y;

/** The value of a sum such as `1000 * 60 * 15` or `(1 + 2) * 3`; `undefined` when it is not one. */
export function evaluateArithmetic(text: string): number | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  let position = 0;

  function sum(): number {
    let value = product();
    for (;;) {
      const operator = tokens?.[position];
      if (operator !== '+' && operator !== '-') return value;
      position += 1;
      value = operator === '+' ? value + product() : value - product();
    }
  }

  function product(): number {
    let value = factor();
    for (;;) {
      const operator = tokens?.[position];
      if (operator !== '*' && operator !== '/') return value;
      position += 1;
      value = operator === '*' ? value * factor() : value / factor();
    }
  }

  /** NaN, which spreads through everything above, marks what is not arithmetic. */
  function factor(): number {
    const next = tokens?.[position];
    position += 1;
    if (typeof next === 'number') return next;
    if (next === '-') return -factor();
    if (next !== '(') return Number.NaN;
    const value = sum();
    const closed = tokens?.[position] === ')';
    position += 1;
    return closed ? value : Number.NaN;
  }

  const value = sum();
  return position === tokens.length && Number.isFinite(value) ? value : undefined;
}

function tokenize(text: string): (number | string)[] | undefined {
  const tokens: (number | string)[] = [];
  const trimmed = text.trim();
  // Deeper or longer than any real setting, and within what recursion can take.
  if (trimmed === '' || trimmed.length > 200) return undefined;
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const groups = token.exec(trimmed)?.groups;
    if (groups === undefined) return undefined;
    tokens.push(groups['number'] === undefined ? (groups['operator'] ?? '') : Number(groups['number']));
  }
  return tokens;
}
