import { ArithmeticError } from './arithmetic-error.ts';
import { applyFunction, constants, factorial } from './functions.ts';
import { add, divide, fraction, modulo, multiply, negate, power } from './quantity.ts';
import type { Quantity } from './quantity.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Terms inside each other. */
const deepest = 100;

/**
 * The value of a sum such as `(1 + 2) * 3^4`, `sqrt(2) / 2`, `5!`, `15% of 80` or `200 + 10%` (which is 220). Exact
 * where it can be. Throws an `ArithmeticError` that says what is wrong.
 */
export function evaluate(text: string): Quantity {
  const tokens = tokenize(text);
  if (tokens.length === 0) throw new ArithmeticError('There is nothing to work out.');
  const reader = createReader(tokens);
  const value = readSum(reader, 0);
  const left = reader.peek();
  if (left !== undefined) throw new ArithmeticError(`“${left.text}” at position ${left.at} does not belong there.`);
  return value;
}

interface Reader {
  peek(): Token | undefined;
  /** Whether there is a token after the next one that is like that. */
  follows(is: (token: Token) => boolean): boolean;
  /** The next token when it is one of these signs or words. */
  take(...texts: string[]): Token | undefined;
  next(): Token;
}

function createReader(tokens: readonly Token[]): Reader {
  let position = 0;
  return {
    peek: () => tokens[position],
    follows(is) {
      const token = tokens[position + 1];
      return token !== undefined && is(token);
    },
    take(...texts) {
      const token = tokens[position];
      if (token === undefined || token.kind === 'number' || !texts.includes(token.text)) return undefined;
      position += 1;
      return token;
    },
    next() {
      const token = tokens[position];
      if (token === undefined) throw new ArithmeticError('Something is missing at the end.');
      position += 1;
      return token;
    },
  };
}

function readSum(reader: Reader, depth: number): Quantity {
  if (depth > deepest) throw new ArithmeticError('It is nested too deeply.');
  let { value } = readProduct(reader, depth);
  for (let sign = reader.take('+', '-'); sign !== undefined; sign = reader.take('+', '-')) {
    const term = readProduct(reader, depth);
    const amount = term.isPercent ? multiply(value, term.value) : term.value;
    value = add(value, sign.text === '+' ? amount : negate(amount));
  }
  return value;
}

interface Term {
  readonly value: Quantity;
  /** It is written as nothing but a percentage, which means “of what stands before it”. */
  readonly isPercent: boolean;
}

function readProduct(reader: Reader, depth: number): Term {
  let { value, isPercent } = readSigned(reader, depth);
  for (;;) {
    const sign = reader.take('*', '/', '%', 'mod', 'of');
    if (sign === undefined) return { value, isPercent };
    const factor = readSigned(reader, depth).value;
    isPercent = false;
    if (sign.text === '*' || sign.text === 'of') value = multiply(value, factor);
    else value = sign.text === '/' ? divide(value, factor) : modulo(value, factor);
  }
}

function readSigned(reader: Reader, depth: number): Term {
  if (depth > deepest) throw new ArithmeticError('It is nested too deeply.');
  const sign = reader.take('-', '+');
  if (sign === undefined) return readPower(reader, depth);
  const { value, isPercent } = readSigned(reader, depth + 1);
  return { value: sign.text === '-' ? negate(value) : value, isPercent };
}

function readPower(reader: Reader, depth: number): Term {
  let value = readValue(reader, depth);
  while (reader.take('!') !== undefined) value = factorial(value);
  if (reader.take('^') !== undefined) value = power(value, readSigned(reader, depth + 1).value);
  return takePercent(reader) ? { value: divide(value, fraction(100n)), isPercent: true } : { value, isPercent: false };
}

/** A `%` with a number behind it is a division's rest; any other one is a percentage. */
function takePercent(reader: Reader): boolean {
  const isPercent =
    reader.peek()?.text === '%' && !reader.follows((next) => next.kind === 'number' || next.text === '(');
  return isPercent && reader.take('%') !== undefined;
}

function readValue(reader: Reader, depth: number): Quantity {
  const token = reader.next();
  if (token.kind === 'number') return readNumber(token);
  if (token.kind === 'name') return readName(reader, token, depth);
  if (token.text !== '(') {
    throw new ArithmeticError(`“${token.text}” at position ${token.at} stands where a number should.`);
  }
  const value = readSum(reader, depth + 1);
  if (reader.take(')') === undefined) throw new ArithmeticError(`The bracket at position ${token.at} is never closed.`);
  return value;
}

function readNumber({ text }: Token): Quantity {
  const [, whole = '', decimals = '', exponent = '0'] = /^(\d*)(?:\.(\d+))?(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  const scale = power(fraction(10n), fraction(BigInt(Number(exponent) - decimals.length)));
  return multiply(fraction(BigInt(whole + decimals)), scale);
}

function readName(reader: Reader, { text, at }: Token, depth: number): Quantity {
  if (reader.take('(') === undefined) {
    const constant = Object.hasOwn(constants, text) ? constants[text] : undefined;
    if (constant !== undefined) return constant;
    throw new ArithmeticError(`“${text}” at position ${at} is neither a number nor a function with brackets.`);
  }
  const given = [readSum(reader, depth + 1)];
  while (reader.take(',', ';') !== undefined) given.push(readSum(reader, depth + 1));
  if (reader.take(')') === undefined) throw new ArithmeticError(`The bracket behind “${text}” is never closed.`);
  return applyFunction(text, given);
}
