/** Walks over the characters of a pattern. */
export class PatternReader {
  readonly #points: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#points = Array.from(pattern);
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.#at >= this.#points.length;
  }

  /** The next character, which stays; empty at the end. */
  get next(): string {
    return this.#points[this.#at] ?? '';
  }

  /** Takes the next character; empty at the end. */
  take(): string {
    const point = this.next;
    this.#at += 1;
    return point;
  }

  /** Whether the text comes next; then it is taken. */
  takes(text: string): boolean {
    const points = Array.from(text);
    if (!points.every((point, index) => this.#points[this.#at + index] === point)) return false;
    this.#at += points.length;
    return true;
  }

  /** Takes what an expression that begins with `^` finds here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#points.slice(this.#at, this.#at + LONGEST).join(''));
    if (found === null) return undefined;
    this.#at += Array.from(found[0]).length;
    return found;
  }

  /** Takes everything before the text and the text itself; undefined, with nothing taken, when it does not come. */
  until(text: string): string | undefined {
    const rest = this.#points.slice(this.#at).join('');
    const end = rest.indexOf(text);
    if (end < 0) return undefined;
    const before = rest.slice(0, end);
    this.#at += Array.from(before).length + Array.from(text).length;
    return before;
  }

  /** Takes everything that is left. */
  rest(): string {
    const rest = this.#points.slice(this.#at).join('');
    this.#at = this.#points.length;
    return rest;
  }
}

/** No name, number or option list of a pattern is longer. */
const LONGEST = 160;
