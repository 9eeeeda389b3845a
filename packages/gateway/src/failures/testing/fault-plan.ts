/** What goes wrong with a streamed answer. The first ones do no harm to it. */
export const faultKinds = [
  'none',
  'bad-line',
  'no-end-marker',
  'no-usage',
  'delay',
  'drip',
  'cut',
  'half-close',
  'end',
  'reset',
  'stall',
  'error-event',
  'error-event-and-silence',
  'garbage',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One question of the simulation: what the true answer is, how it is asked, and what each target does to it. */
export interface FaultPlan {
  readonly seed: number;
  readonly text: string;
  readonly hasReasoning: boolean;
  /** Arguments of the tool call that ends the answer; undefined: none. */
  readonly toolInput: string | undefined;
  readonly model: 'plain' | 'lasting' | 'fresh';
  /** The dialect the client speaks; the targets speak chat. */
  readonly client: 'chat' | 'messages' | 'responses';
  readonly isStream: boolean;
  /** The client drops what came before a new start. */
  readonly bearsRestart: boolean;
  /** The client leaves after so many bytes. */
  readonly leaveAfter: number | undefined;
  readonly faults: Readonly<Record<string, Fault>>;
}

export interface Fault {
  readonly kind: FaultKind;
  /** Where in the answer's bytes, as a share of them. */
  readonly at: number;
  /** A continuation begins that many characters too early. */
  readonly repeats: number;
  /** For the splits of the answer. */
  readonly seed: number;
}

/** Numbers from 0 up to, not including, 1; the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const clients = ['chat', 'chat', 'messages', 'responses'] as const;
const models = ['plain', 'lasting', 'fresh'] as const;
/** How often a target misbehaves, in the order they are asked. */
const shares = { a: 0.85, b: 0.5, c: 0.25 } as const;

/** The same plan for the same seed. */
export function planFault(seed: number): FaultPlan {
  const random = createRandom(seed * 2_654_435_761);
  const chance = (share: number): boolean => random() < share;
  const words = 3 + Math.floor(random() * 25);
  const text = Array.from({ length: words }, (_, index) => `w${seed}-${index}${index % 5 === 0 ? ' é👋' : ''} `).join(
    '',
  );
  const faultOf = (share: number): Fault => ({
    kind: chance(share) ? (faultKinds[1 + Math.floor(random() * (faultKinds.length - 1))] ?? 'none') : 'none',
    at: random(),
    repeats: chance(0.2) ? 15 + Math.floor(random() * 30) : 0,
    seed: Math.floor(random() * 2 ** 31),
  });
  return {
    seed,
    text,
    hasReasoning: chance(0.2),
    toolInput: chance(0.15) ? JSON.stringify({ seed, city: 'Zürich', list: [1, 2, 3] }) : undefined,
    model: models[seed % models.length] ?? 'plain',
    client: clients[Math.floor(random() * clients.length)] ?? 'chat',
    isStream: !chance(0.1),
    bearsRestart: chance(0.5),
    leaveAfter: chance(0.05) ? Math.floor(random() * 600) : undefined,
    faults: { a: faultOf(shares.a), b: faultOf(shares.b), c: faultOf(shares.c) },
  };
}
