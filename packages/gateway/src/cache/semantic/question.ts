import { antonyms, emptyWords, formWords, names, negations, numberWords, quantifiers, units } from './word-lists.ts';
import { languageOf } from './language.ts';

/** A question taken apart, for the guards to compare. Lists are in the order of the text unless they say otherwise. */
export interface Question {
  readonly text: string;
  /** In small letters, without possessive endings. */
  readonly tokens: readonly string[];
  readonly tokenSet: ReadonlySet<string>;
  /** Numbers, ordinals and number words as figures, and every word with a figure in it. */
  readonly numbers: readonly string[];
  readonly units: readonly string[];
  /** Signs that mean something, such as `<` or `+`. */
  readonly symbols: string;
  readonly negations: number;
  /** Words written like names, in small letters. */
  readonly names: readonly string[];
  /** Names known without their capitals. */
  readonly knownNames: ReadonlySet<string>;
  /** Undefined for a text too short to tell. */
  readonly language: string | undefined;
  /** What kind of answer is asked for. */
  readonly kind: string;
  /** Past, present or future, as far as little words say. */
  readonly tense: string;
  readonly form: ReadonlySet<string>;
  readonly quantifiers: ReadonlySet<string>;
  /** Whose things it is about. */
  readonly owners: ReadonlySet<string>;
  /** What is left without the words that carry nothing, as stems. */
  readonly content: readonly string[];
  /** Quoted texts, code, paths and addresses. */
  readonly literals: readonly string[];
}

const tokenPattern =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|[\p{L}\p{M}\p{N}_]+(?:(?:[’'.]|(?<=\p{N})[,:]|[-/@](?=[\p{L}\p{N}]))[\p{L}\p{M}\p{N}_]+)*(?:\+\+|#)?|[%‰$€£¥₹°℃℉]/gu;
const literalPattern = /```[\s\S]*?```|`[^`]+`|"[^"]+"|“[^”]+”|«[^»]+»|„[^“]+“|https?:\/\/\S+|(?:\/[\w.-]+){2,}/g;
const symbolPattern = /[+*/^=<>≤≥≠≈~|&\\@#→←↔×÷√∑∫∞{}[\]±!]|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])|(?<=\d)-(?=\d)/gu;

/** Takes a question apart. Costs some tens of microseconds for a sentence. */
export function readQuestion(text: string): Question {
  const plain = text.normalize('NFKC').replaceAll('’', "'");
  const written = plain.match(tokenPattern) ?? [];
  const tokens = written.map((token) => token.toLowerCase().replace(/'s$/, ''));
  const figures: string[] = [];
  const measures: string[] = [];
  for (const token of tokens) readMeasure(token, figures, measures);
  const literals = plain.match(literalPattern) ?? [];
  return {
    text,
    tokens,
    tokenSet: new Set(tokens),
    numbers: figures,
    units: measures,
    symbols: (plain.replace(/[!?.\s]+$/, '').match(symbolPattern) ?? []).join(''),
    negations: tokens.filter((token) => negations.has(token.replace("'", '')) || token.endsWith("n't")).length,
    names: written.flatMap((token, index) => (isWrittenLikeName(token, index) ? [tokens[index] ?? ''] : [])),
    knownNames: new Set(tokens.map(singular).filter((token) => names.has(token))),
    language: languageOf(plain, tokens),
    kind: kindOf(tokens),
    tense: tenseOf(tokens),
    form: new Set(tokens.filter((token) => formWords.has(token))),
    quantifiers: new Set(
      tokens.filter((token) => quantifiers.has(token)).map((token) => sameQuantifier[token] ?? token),
    ),
    owners: new Set(tokens.filter((token) => owners.has(token))),
    content: tokens.filter((token) => !emptyWords.has(token)).map(stem),
    literals,
  };
}

/** The plain form of a plural. */
export function singular(token: string): string {
  if (token.length < 4 || !token.endsWith('s') || /(?:ss|us|is)$/.test(token)) return token;
  if (token.endsWith('ies') && token.length > 4) return `${token.slice(0, -3)}y`;
  return /(?:[sxz]|ch|sh)es$/.test(token) ? token.slice(0, -2) : token.slice(0, -1);
}

/** Every word that has an opposite, with its opposites. */
export const opposites: ReadonlyMap<string, readonly string[]> = collectOpposites();

const sameQuantifier: Readonly<Record<string, string>> = { every: 'all', each: 'all', some: 'any' };
const owners = new Set(['my', 'your', 'his', 'her', 'their', 'our', 'mein', 'dein', 'mon', 'ton', 'mi', 'tu']);
/** Words as capitals often begin a sentence; as a first word they are no name. */
const openers =
  /^(?:what|which|who|whom|whose|how|when|where|why|is|are|was|were|do|does|did|can|could|would|should|will|has|have|had|may|please|tell|give|show|explain|describe|list|name|write|define|compare|summari[sz]e|translate|convert|calculate|compute|find|create|make|generate|suggest|help|let|i|i'd|i'm|in|on|at|for|if|my|the|a|an|and|or|but|so|to|of|hi|hello|hey|thanks|ok|there|this|that|it|we|you|he|she|they|one|since|with|without|from|by|as|explanation|definition|difference|meaning|wie|was|wer|wo|wann|warum|welche[rs]?|kannst|bitte|erkläre|nenne|schreibe|der|die|das|ich|ist|sind|gibt|comment|quel|quelle|quels|quelles|qui|que|quand|où|pourquoi|est-ce|explique|le|la|les|je|cómo|qué|quién|cuándo|cuál|dónde|por|el|los|las)$/i;

function isWrittenLikeName(token: string, index: number): boolean {
  if (/[a-z]\p{Lu}|\p{Lu}{2}|[+#@/]|\p{L}[._]\p{L}/u.test(token)) return token !== 'I';
  return /^\p{Lu}/u.test(token) && !openers.test(token.replace(/'.*$/, '')) && (index > 0 || token.length > 1);
}

function readMeasure(token: string, figures: string[], measures: string[]): void {
  const [, figure, unit] = /^(\d[\d.,:]*)(\p{L}{1,4})?$/u.exec(token) ?? [];
  const word = numberWords.get(token);
  const known = units.get(token);
  if (word !== undefined) figures.push(String(Number(word)));
  if (known !== undefined) measures.push(known);
  if (figure !== undefined) {
    const value = figure.replaceAll(/,(?=\d{3}(?:\D|$))/g, '').replace(/[.,:]$/, '');
    figures.push(value);
    const measure = unit === undefined || /^(?:st|nd|rd|th)$/.test(unit) ? undefined : (units.get(unit) ?? unit);
    if (measure !== undefined) measures.push(measure);
  } else if (word === undefined && /\d/.test(token)) {
    if (token.includes('-') && /^[\p{L}]+-\d+$/u.test(token)) figures.push(token.replace('-', ''));
    else figures.push(token);
  }
}

const questionWords: readonly (readonly [RegExp, string])[] = [
  [/^(?:who|whom|whose|wer|wem|wessen|qui|quién|quien|chi|quem)$/, 'who'],
  [/^(?:when|wann|quand|cuándo|cuando|quando|wanneer)$/, 'when'],
  [/^(?:where|wo|wohin|woher|où|dónde|donde|dove|onde|waar)$/, 'where'],
  [/^(?:why|warum|wieso|weshalb|pourquoi|perché|waarom)$/, 'why'],
  [/^(?:how|comment|cómo|como|come|hoe)$/, 'how'],
  [/^(?:combien|cuánto|cuántos|cuántas|quanto|hoeveel|wieviel|wieviele)$/, 'how many'],
  [/^(?:what|which|was|welche|welcher|welches|quel|quelle|quoi|qué|cuál|che|quale|qual|wat)$/, 'what'],
];
const measured =
  /^(?:many|much|long|old|far|often|tall|big|large|high|deep|fast|heavy|hot|cold|wide|viel|viele|lange|alt|weit|oft|hoch|groß)$/;
const auxiliaries =
  /^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|must|may|ist|sind|hat|haben|kann|darf|muss|est-ce|es|isn't|aren't|don't|doesn't|can't)$/;

function kindOf(tokens: readonly string[]): string {
  const isGerman = tokens.some((token) => /^(?:ist|der|die|das|ich|und|viel|viele|man)$/.test(token));
  for (const [index, token] of tokens.entries()) {
    // "Was" and "wie" are a verb and nothing in English, "what" and "how" in German.
    if ((token === 'was' || token === 'wie') && !isGerman) continue;
    const found = token === 'wie' ? 'how' : questionWords.find(([pattern]) => pattern.test(token))?.[1];
    if (found === undefined) continue;
    const next = tokens[index + 1] ?? '';
    if (found === 'how' && measured.test(next)) return `how ${next}`;
    if (found === 'what' && tokens.some((word) => /^(?:way|ways|steps|method|procedure|process)$/.test(word)))
      return 'how';
    return found;
  }
  const [first = '', second] = tokens;
  return auxiliaries.test(first) && second !== 'you' ? 'whether' : 'what';
}

function tenseOf(tokens: readonly string[]): string {
  const has = (pattern: RegExp): boolean => tokens.some((token) => pattern.test(token));
  const past = has(/^(?:was|were|did|had|wasn't|weren't|didn't|war|waren|hatte|était|fue|era)$/) ? 'past' : '';
  return past + (has(/^(?:will|won't|gonna|wird|werden)$/) ? 'future' : '');
}

/** Strips what only grammar adds; short words stay as they are. */
function stem(token: string): string {
  const plain = singular(token);
  if (plain.length > 5 && plain.endsWith('ing')) return undoubled(plain.slice(0, -3));
  if (plain.length > 4 && plain.endsWith('ed')) return undoubled(plain.slice(0, -2));
  return plain.length > 4 && plain.endsWith('e') ? plain.slice(0, -1) : plain;
}

function undoubled(word: string): string {
  return /([bdgmnprt])\1$/.test(word) ? word.slice(0, -1) : word;
}

function collectOpposites(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const note = (word: string, opposite: string): void => void found.set(word, [...(found.get(word) ?? []), opposite]);
  for (const [one, other] of antonyms) {
    note(one, other);
    note(other, one);
  }
  return found;
}
