import { families, groups, pairs } from '../__fixtures__/questions.ts';

export const strata = [
  'paraphrase',
  'near-duplicate',
  'templated',
  'hard negative',
  'same last message',
  'new',
] as const;
export type Stratum = (typeof strata)[number];

/** One question of a made-up crowd, with what only the report knows of it. */
export interface Asked {
  readonly user: string;
  readonly text: string;
  /** The first words of the conversation; empty for none. */
  readonly before: string;
  /** Two questions have the same answer if and only if they have the same intent. */
  readonly intent: string;
  readonly stratum: Stratum;
  /** Whether the user asked it before, in other words, in the same conversation. */
  readonly hasMatch: boolean;
}

interface Intent {
  readonly id: string;
  readonly kind: 'paraphrase' | 'templated' | 'hard negative';
  readonly ways: readonly string[];
  /** The other of a pair. */
  readonly rival?: string;
}

/** A reproducible row of numbers from 0 to below 1. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const intents: readonly Intent[] = [
  ...groups.map((ways, index) => ({ id: `group ${index}`, kind: 'paraphrase' as const, ways })),
  ...families.flatMap(({ ways, places }, index) =>
    places.map(([a = '', b = '']) => ({
      id: `family ${index} ${a} ${b}`,
      kind: 'templated' as const,
      ways: ways.map((way) => way.replaceAll('{a}', a).replaceAll('{b}', b)),
    })),
  ),
  ...pairs.flatMap(([one, other], index) => [
    { id: `pair ${index} one`, kind: 'hard negative' as const, ways: [one], rival: `pair ${index} other` },
    { id: `pair ${index} other`, kind: 'hard negative' as const, ways: [other], rival: `pair ${index} one` },
  ]),
];

/** What people put round the same words. */
const dressings: readonly ((text: string) => string)[] = [
  (text) => text.toLowerCase().replace(/[?.]$/, ''),
  (text) => `Please: ${text}`,
  (text) => `${text.replace(/\?$/, '')}, please?`,
  (text) => `Hi! ${text}`,
  (text) => `Hello, ${text} Thanks`,
  (text) => `${text}  `,
];
/** Asked in many conversations, and meaning another thing in each. */
const echoes = [
  'Why is that?',
  'Can you explain that?',
  'How does it work?',
  'Give me an example',
  'What does it cost?',
];

/**
 * What `users` people ask, `each` one after another. More than half of it has no match. A person never sends the very
 * same text twice in a conversation: the exact cache would answer that.
 */
export function createWorkload(users: number, each: number, seed: number): readonly Asked[] {
  const random = createRandom(seed);
  const people = Array.from({ length: users }, (_, index) => createPerson(`user ${index}`, random));
  return Array.from({ length: each }, () => people.map((person) => person())).flat();
}

function createPerson(user: string, random: () => number): () => Asked {
  const unasked = intents.toSorted(() => random() - 0.5);
  const asked: { readonly intent: Intent; readonly texts: Set<string> }[] = [];
  let conversations = 0;

  function drawNew(): Asked {
    // The other half of a pair that was asked comes next, most of the time.
    const rivals = new Set(asked.map(({ intent }) => intent.rival));
    const rivalAt = unasked.findIndex(({ id }) => rivals.has(id));
    const at = rivalAt !== -1 && random() < 0.8 ? rivalAt : 0;
    const [intent] = unasked.splice(at, 1);
    if (intent === undefined) return drawEcho();
    const text = pick(intent.ways, random) ?? '';
    asked.push({ intent, texts: new Set([text]) });
    const stratum =
      at === rivalAt && intent.rival !== undefined
        ? 'hard negative'
        : intent.kind === 'templated'
          ? 'templated'
          : 'new';
    return { user, text, before: '', intent: intent.id, stratum, hasMatch: false };
  }
  function drawEcho(): Asked {
    conversations += 1;
    const text = pick(echoes, random) ?? '';
    const before = `Conversation ${conversations} of ${user}`;
    return { user, text, before, intent: `${before}: ${text}`, stratum: 'same last message', hasMatch: false };
  }
  function drawAgain(): Asked | undefined {
    const known = pick(asked, random);
    if (known === undefined) return undefined;
    const { intent, texts } = known;
    const other = intent.ways.filter((way) => !texts.has(way));
    const isDressed = other.length === 0 || random() < 0.3;
    const text = isDressed ? pick(dressings, random)?.(pick([...texts], random) ?? '') : pick(other, random);
    if (text === undefined || texts.has(text)) return undefined;
    texts.add(text);
    const stratum = isDressed ? 'near-duplicate' : intent.kind === 'templated' ? 'templated' : 'paraphrase';
    return { user, text, before: '', intent: intent.id, stratum, hasMatch: true };
  }
  return () => {
    const chance = random();
    return (chance < 0.48 ? drawAgain() : undefined) ?? (chance < 0.62 ? drawEcho() : drawNew());
  };
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}
