import { ArithmeticError } from './arithmetic-error.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'sign';
  readonly text: string;
  /** Where it begins, from 1. */
  readonly at: number;
}

/** UTF-16 units. */
const longestText = 1_000;

const pattern =
  /\s*(?:(?<number>(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d[\d_]*)(?:\.\d+)?(?:e[-+]?\d{1,5})?|\.\d+(?:e[-+]?\d{1,5})?)|(?<name>[a-z][a-z0-9]*)|(?<sign>\*\*|[-+*/^()%!,;]))/iy;
/** Within the arguments of a function a comma stands between two numbers. */
const plainNumber = /\s*(?<number>\d[\d_]*(?:\.\d+)?(?:e[-+]?\d{1,5})?|\.\d+(?:e[-+]?\d{1,5})?)/iy;

const spelling: Readonly<Record<string, string>> = {
  '×': '*',
  '·': '*',
  '÷': '/',
  ':': '/',
  '−': '-',
  '–': '-',
  π: 'pi',
};

/** The words of a sum. `1,000` is a number but for the arguments of a function. */
export function tokenize(written: string): Token[] {
  if (written.length > longestText) throw new ArithmeticError(`It may have ${longestText} characters at most.`);
  const text = written.replace(/[×·÷:−–π]/g, (sign) => ` ${spelling[sign] ?? sign} `).trimEnd();
  const tokens: Token[] = [];
  const opened: ('function' | 'group')[] = [];
  let position = 0;
  while (position < text.length) {
    const match =
      (opened.includes('function') ? matchAt(plainNumber, text, position) : null) ?? matchAt(pattern, text, position);
    if (match?.groups === undefined) {
      const sign = text.slice(position).trimStart().slice(0, 1);
      throw new ArithmeticError(`“${sign}” at position ${position + 1} is not part of arithmetic.`);
    }
    const { number, name, sign } = match.groups;
    const found = number ?? name ?? sign ?? '';
    position += match[0].length;
    const at = position - found.length + 1;
    if (sign === '(') opened.push(tokens.at(-1)?.kind === 'name' ? 'function' : 'group');
    if (sign === ')') opened.pop();
    if (number !== undefined) tokens.push({ kind: 'number', text: number.replace(/[,_]/g, ''), at });
    else if (name === undefined) tokens.push({ kind: 'sign', text: found === '**' ? '^' : found, at });
    else tokens.push({ kind: 'name', text: name.toLowerCase(), at });
  }
  return tokens;
}

function matchAt(expression: RegExp, text: string, position: number): RegExpExecArray | null {
  expression.lastIndex = position;
  return expression.exec(text);
}
