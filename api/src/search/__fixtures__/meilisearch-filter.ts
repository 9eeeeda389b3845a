/** A document of the stand-in. */
export type StandInDocument = Readonly<Record<string, unknown>>;

type Condition = (document: StandInDocument) => boolean;

/** A filter that Meilisearch would refuse. */
export class FilterError extends Error {}

const tokens = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|!=|>=|<=|[=<>()]|[^\s"'=<>!()]+)/y;

/**
 * Reads a filter of Meilisearch's: conditions of its filter expression reference joined by AND, OR, NOT and parentheses.
 * Throws a `FilterError` for what is malformed or names an attribute that is not filterable.
 */
export function readFilter(text: string, filterable: ReadonlySet<string>): Condition {
  const words = tokenize(text);
  let next = 0;
  const take = (): string => {
    const word = words[next];
    if (word === undefined) throw new FilterError('Was expecting more');
    next += 1;
    return word;
  };
  const takeIf = (word: string): boolean => {
    if (words[next] !== word) return false;
    next += 1;
    return true;
  };
  const value = (): string => unquote(take());

  function either(): Condition {
    const all = [both()];
    while (takeIf('OR')) all.push(both());
    return (document) => all.some((holds) => holds(document));
  }

  function both(): Condition {
    const all = [one()];
    while (takeIf('AND')) all.push(one());
    return (document) => all.every((holds) => holds(document));
  }

  function one(): Condition {
    if (takeIf('NOT')) {
      const inner = one();
      return (document) => !inner(document);
    }
    if (!takeIf('(')) return condition();
    const inner = either();
    if (!takeIf(')')) throw new FilterError('Missing closing parenthesis');
    return inner;
  }

  function condition(): Condition {
    const attribute = value();
    if (!filterable.has(attribute)) throw new FilterError(`Attribute \`${attribute}\` is not filterable.`);
    const operator = take();
    if (operator === 'EXISTS') return (document) => attribute in document;
    if (operator === 'NOT' && takeIf('EXISTS')) return (document) => !(attribute in document);
    if (operator === 'STARTS' && takeIf('WITH')) {
      const beginning = value().toLowerCase();
      return (document) => valuesOf(document[attribute]).some((held) => held.startsWith(beginning));
    }
    const wanted = value();
    if (operator === '=') return (document) => valuesOf(document[attribute]).includes(wanted.toLowerCase());
    if (operator === '!=') return (document) => !valuesOf(document[attribute]).includes(wanted.toLowerCase());
    const compare = comparisons[operator];
    if (compare === undefined) throw new FilterError(`Was expecting an operation, found ${operator}`);
    return (document) => typeof document[attribute] === 'number' && compare(document[attribute], Number(wanted));
  }

  const whole = either();
  if (next < words.length) throw new FilterError('Found unexpected characters at the end of the filter');
  return whole;
}

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

function tokenize(text: string): string[] {
  const found: string[] = [];
  tokens.lastIndex = 0;
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = tokens.lastIndex) {
    const match = tokens.exec(text);
    if (match?.[1] === undefined) throw new FilterError('Expression is malformed');
    found.push(match[1]);
  }
  return found;
}

/** Only the quote itself is unescaped, not a backslash. */
function unquote(word: string): string {
  const [quote] = word;
  return quote === '"' || quote === "'" ? word.slice(1, -1).replaceAll(`\\${quote}`, quote) : word;
}

/** Equality does not know case. */
function valuesOf(held: unknown): string[] {
  if (Array.isArray(held)) return held.flatMap(valuesOf);
  return typeof held === 'string' || typeof held === 'number' ? [String(held).toLowerCase()] : [];
}
