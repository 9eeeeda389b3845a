import { RegexFault } from './regex-fault.ts';

/** The options that hold at a place of a pattern. */
export interface PatternOptions {
  readonly ignoresCase: boolean;
  readonly isMultiline: boolean;
  readonly isDotAll: boolean;
  readonly isFreeSpacing: boolean;
}

type Piece = string | { readonly group: number } | { readonly reference: number } | { readonly name: string };

interface Frame {
  readonly options: PatternOptions;
  readonly start: number;
  readonly isAssertion: boolean;
  /** The number of the helper group of `(?>`. */
  readonly atomic: number | undefined;
  /** Whether a wrapper that changes the case option is open. */
  readonly wrapper: boolean;
}

interface Atom {
  readonly start: number;
  /** Whether JavaScript takes no quantifier right after it. */
  readonly needsWrapping: boolean;
}

/** The JavaScript that a pattern becomes, piece by piece. */
export class PatternOutput {
  readonly #pieces: Piece[] = [];
  readonly #frames: Frame[] = [];
  readonly #names = new Map<string, number>();
  #wrapper = false;
  #atom: Atom | undefined;
  #helpers = 0;
  #options: PatternOptions;
  #base: PatternOptions;
  #groups = 0;

  constructor(options: PatternOptions) {
    this.#options = options;
    this.#base = options;
  }

  /** The options that hold here. */
  get options(): PatternOptions {
    return this.#options;
  }

  /** How many capturing groups have begun. */
  get groups(): number {
    return this.#groups;
  }

  /** Adds what matches characters and can be repeated. */
  atom(piece: Piece): void {
    this.#atom = { start: this.#pieces.length, needsWrapping: false };
    this.#pieces.push(piece);
  }

  /** Adds what matches a place. */
  assertion(piece: string): void {
    this.#atom = { start: this.#pieces.length, needsWrapping: true };
    this.#pieces.push(piece);
  }

  /** Adds what is never matched in another way once it matched. */
  atomic(piece: string): void {
    this.atom(piece);
    this.#makeAtomic(this.#pieces.length - 1);
  }

  /** Repeats the last atom. */
  quantify(quantifier: string, kind: 'greedy' | 'lazy' | 'possessive'): void {
    const atom = this.#atom;
    if (atom === undefined) throw new RegexFault('quantifier does not follow a repeatable item');
    if (atom.needsWrapping) this.#wrap(atom.start);
    this.#pieces.push(kind === 'lazy' ? `${quantifier}?` : quantifier);
    if (kind === 'possessive') this.#makeAtomic(atom.start);
    this.#atom = { start: atom.start, needsWrapping: true };
  }

  /** Begins a capturing group. */
  open(name?: string): void {
    this.#groups += 1;
    if (name !== undefined) {
      if (this.#names.has(name)) {
        throw new RegexFault('two named subpatterns have the same name (PCRE2_DUPNAMES not set)');
      }
      this.#names.set(name, this.#groups);
    }
    this.#begin({ group: this.#groups }, {});
  }

  /** Begins a group that captures nothing. */
  openPlain(opening: string, options: { readonly isAssertion?: boolean; readonly holding?: PatternOptions }): void {
    const { holding, ...rest } = options;
    const sameCase = holding === undefined || holding.ignoresCase === this.#options.ignoresCase;
    this.#begin(sameCase ? opening : caseGroup(holding), rest);
    if (holding !== undefined) {
      this.#options = holding;
      this.#base = holding;
    }
  }

  /** Begins a group that is never matched in another way once it matched. */
  openAtomic(): void {
    this.#begin(this.#helperOpening(), { atomic: this.#helpers - 1 });
  }

  /** Ends the innermost group. */
  close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) throw new RegexFault('unmatched closing parenthesis');
    if (this.#wrapper) this.#pieces.push(')');
    this.#pieces.push(frame.atomic === undefined ? ')' : helperEnd(frame.atomic));
    this.#wrapper = frame.wrapper;
    this.#options = frame.options;
    this.#base = baseOf(frame);
    this.#atom = { start: frame.start, needsWrapping: frame.isAssertion };
  }

  /** Ends an alternative; options changed in it hold in the next as well. */
  alternative(): void {
    if (this.#wrapper) this.#pieces.push(')');
    this.#pieces.push('|');
    if (this.#wrapper) this.#pieces.push(caseGroup(this.#options));
    this.#atom = undefined;
  }

  /** Changes the options from here to the end of the group. */
  change(options: PatternOptions): void {
    if (options.ignoresCase !== this.#options.ignoresCase) {
      if (this.#wrapper) this.#pieces.push(')');
      this.#wrapper = options.ignoresCase !== this.#base.ignoresCase;
      if (this.#wrapper) this.#pieces.push(caseGroup(options));
    }
    this.#options = options;
    this.#atom = undefined;
  }

  /** Adds what a group has captured. */
  reference(group: number): void {
    if (group < 1) throw new RegexFault('reference to non-existent subpattern');
    this.atom({ reference: group });
  }

  /** Adds what a named group has captured. */
  referenceByName(name: string): void {
    this.atom({ name });
  }

  /** The whole pattern. Helper groups, if there are any, are told from captures by their names. */
  finish(): string {
    if (this.#frames.length > 0) throw new RegexFault('missing closing parenthesis');
    if (this.#wrapper) this.#pieces.push(')');
    return this.#pieces.map((piece) => this.#textOf(piece)).join('');
  }

  #textOf(piece: Piece): string {
    if (typeof piece === 'string') return piece;
    if ('group' in piece) return this.#helpers === 0 ? '(' : `(?<${CAPTURE}${String(piece.group)}>`;
    const group = 'name' in piece ? this.#names.get(piece.name) : piece.reference;
    if (group === undefined || group > this.#groups) throw new RegexFault('reference to non-existent subpattern');
    return this.#helpers === 0 ? `(?:\\${String(group)})` : `\\k<${CAPTURE}${String(group)}>`;
  }

  #begin(opening: Piece, { isAssertion = false, atomic }: { isAssertion?: boolean; atomic?: number }): void {
    const frame = { options: this.#options, start: this.#pieces.length, isAssertion, atomic, wrapper: this.#wrapper };
    this.#frames.push(frame);
    this.#pieces.push(opening);
    this.#wrapper = false;
    this.#base = this.#options;
    this.#atom = undefined;
  }

  #wrap(start: number): void {
    this.#pieces.splice(start, 0, '(?:');
    this.#pieces.push(')');
  }

  #helperOpening(): string {
    this.#helpers += 1;
    return `(?:(?=(?<${HELPER}${String(this.#helpers - 1)}>`;
  }

  #makeAtomic(start: number): void {
    this.#pieces.splice(start, 0, this.#helperOpening());
    this.#pieces.push(helperEnd(this.#helpers - 1));
  }
}

/** An open wrapper means that the outer group began with the other case option. */
function baseOf({ options, wrapper }: Frame): PatternOptions {
  return wrapper ? { ...options, ignoresCase: !options.ignoresCase } : options;
}

const CAPTURE = 'capture';
const HELPER = 'helper';

function helperEnd(helper: number): string {
  return `))\\k<${HELPER}${String(helper)}>)`;
}

function caseGroup({ ignoresCase }: PatternOptions): string {
  return ignoresCase ? '(?i:' : '(?-i:';
}

/** What the groups of a pattern have captured, without the helper groups of its translation. */
export function capturesOf(match: RegExpExecArray): readonly (string | undefined)[] {
  if (match.groups === undefined) return match.slice(1);
  return Object.entries(match.groups)
    .filter(([name]) => name.startsWith(CAPTURE))
    .map(([, captured]) => captured);
}
