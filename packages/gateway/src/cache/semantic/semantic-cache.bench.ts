import { silentLog } from '../../core/gateway-log.ts';
import type { Embedder } from '../../embeddings/embedder.ts';
import { cosine } from '../../embeddings/embedder.ts';
import { createHashEmbedder } from '../../embeddings/hash-embedder.ts';
import { readAskedAnswer } from '../asked-answer.ts';
import { digest } from '../digest.ts';
import { createMemoryCacheStore } from '../memory-cache-store.ts';
import { encodeAnswer } from '../stored-answer.ts';
import { eventsOf, libraryCall, neverAborted, planOf, readAll, scriptedModel } from '../testing/cached-calls.ts';
import { withCache } from '../with-cache.ts';
import { upperErrorBound } from './error-bounds.ts';
import { findObjection } from './guards.ts';
import { readQuestion } from './question.ts';
import { createSemanticCache } from './semantic-cache.ts';
import type { SemanticCacheState } from './semantic-cache.ts';
import { createRandom, createWorkload, strata } from './testing/semantic-workload.ts';
import type { Asked, Stratum } from './testing/semantic-workload.ts';
import { createSimulatedEmbedder } from './testing/simulated-embedder.ts';

/*
 * How often the semantic cache answers, and how often it is wrong, on a made-up crowd: hits never without false hits and
 * their upper bound (Clopper-Pearson, 95 %). The cache begins empty and learns as it goes; the first part of the time is
 * for learning, the second is what is judged. The guards were written with these questions at hand, so the figures say
 * what to expect of questions like them, no more. Another crowd: a number as argument.
 * `node packages/gateway/src/cache/semantic/semantic-cache.bench.ts [seed]`
 */

const users = 40;
const each = 300;
const learningShare = 0.6;
const settings = { isOn: true, maxErrorShare: 0.01, verifyShare: 0.05, maxEntries: 10_000, ttlMs: 3_600_000 };
/** What the net value is counted with: money in US dollars, a wrong answer as twenty calls. */
const worth = { callUsd: 0.002, callMs: 900, wrongUsd: 0.04 };

interface Outcome extends Asked {
  readonly isHit: boolean;
  readonly isWrong: boolean;
}

const workload = createWorkload(users, each, Number(process.argv[2] ?? 20_261_120));
const learningEnd = Math.floor(workload.length * learningShare);

const words =
  'amber basin cedar delta ember fjord grove harbour inlet jasper kernel lagoon meadow nectar orchard prairie quarry ridge summit timber upland valley willow yarrow zenith'.split(
    ' ',
  );

/** A model that answers by intent, in words that vary a little, as models at temperature 0 do for other questions. */
function answerOf({ intent, text }: Asked): string {
  const random = createRandom(Number.parseInt(digest(intent).slice(0, 8), 16));
  const body = Array.from({ length: 14 }, () => words[Math.floor(random() * words.length)]).join(' ');
  return text.length % 3 === 0 ? `In short: ${body}.` : `${body}.`;
}
const intentOf = new Map(workload.map((asked) => [answerOf(asked), asked.intent]));

function turn(text: string) {
  return { role: 'user' as const, parts: [{ type: 'text' as const, text }] };
}

async function play(embedder: Embedder): Promise<{ outcomes: Outcome[]; state: SemanticCacheState }> {
  const random = createRandom(1);
  const store = createMemoryCacheStore({ maxEntries: 100_000, maxBytes: 2 ** 30 });
  const semantic = createSemanticCache({ store, embedder, settings, log: silentLog, random });
  const exact = { exact: { maxEntries: 1, ttlMs: 1 } };
  let now: Asked | undefined;
  const model = scriptedModel(() => eventsOf(now === undefined ? '' : answerOf(now)));
  const caller = withCache({ store, settings: exact, codecOf: () => undefined, semantic })(model);
  const plan = planOf({ exact: 'off', semantic: true });
  const outcomes: Outcome[] = [];
  for (const asked of workload) {
    now = asked;
    const turns = asked.before === '' ? [turn(asked.text)] : [turn(asked.before), turn(asked.text)];
    const call = libraryCall({ turns, sampling: { temperature: 0 } }, { scope: { caller: '', user: asked.user } });
    const events = await readAll(await caller(call, plan, neverAborted));
    const said = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    const isHit = call.trail.cache === 'near';
    outcomes.push({ ...asked, isHit, isWrong: isHit && intentOf.get(said) !== asked.intent });
    // What is learned is learned in the background.
    await new Promise(setImmediate);
  }
  return { outcomes, state: semantic.state() };
}

/** The nearest earlier question of the same conversation, by one threshold for all, with and without guards. */
async function playPlainly(embedder: Embedder, hasGuards: boolean): Promise<(threshold: number) => Outcome[]> {
  const known = new Map<string, { asked: Asked; vector: Float32Array }[]>();
  const nearest: { asked: Asked; similarity: number; intent: string }[] = [];
  for (const asked of workload) {
    const [vector] = await embedder.embed([asked.text], neverAborted);
    if (vector === undefined) continue;
    const scope = known.get(asked.user + asked.before) ?? [];
    const parts = readQuestion(asked.text);
    let best = { similarity: 0, intent: '' };
    const byNearness = scope
      .map((other) => ({ other, similarity: cosine(vector, other.vector) }))
      .filter(({ similarity }) => similarity > 0.6)
      .toSorted((one, other) => other.similarity - one.similarity);
    for (const { other, similarity } of byNearness) {
      if (hasGuards && findObjection(parts, readQuestion(other.asked.text), false) !== undefined) continue;
      best = { similarity, intent: other.asked.intent };
      break;
    }
    nearest.push({ asked, ...best });
    known.set(asked.user + asked.before, [...scope, { asked, vector }]);
  }
  return (threshold) =>
    nearest.map(({ asked, similarity, intent }) => {
      const isHit = similarity >= threshold;
      return { ...asked, isHit, isWrong: isHit && intent !== asked.intent };
    });
}

/** The threshold with the most hits of which at most 1 % are wrong, on the first part alone. */
function tune(at: (threshold: number) => Outcome[]): number {
  for (let threshold = 0.6; threshold < 1; threshold += 0.01) {
    const hits = at(threshold)
      .slice(0, learningEnd)
      .filter(({ isHit }) => isHit);
    if (hits.length > 0 && hits.filter(({ isWrong }) => isWrong).length / hits.length <= settings.maxErrorShare)
      return threshold;
  }
  return 1;
}

function summarise(outcomes: readonly Outcome[]) {
  const matches = outcomes.filter(({ hasMatch }) => hasMatch).length;
  const hits = outcomes.filter(({ isHit }) => isHit).length;
  const wrong = outcomes.filter(({ isWrong }) => isWrong).length;
  return {
    questions: outcomes.length,
    withMatch: percent(matches / Math.max(1, outcomes.length)),
    hits,
    hitRate: percent(hits / Math.max(1, outcomes.length)),
    ofMatches: percent(matches === 0 ? 0 : (hits - wrong) / matches),
    falseHits: wrong,
    falseHitRate: hits === 0 ? '–' : percent(wrong / hits),
    upperBound: hits === 0 ? '–' : percent(upperErrorBound(wrong, hits)),
    wrongPer1000: round((wrong / Math.max(1, outcomes.length)) * 1000),
  };
}

function netValue(outcomes: readonly Outcome[], embedMs: number) {
  const hits = outcomes.filter(({ isHit }) => isHit).length;
  const wrong = outcomes.filter(({ isWrong }) => isWrong).length;
  const per1000 = 1000 / outcomes.length;
  return {
    savedUsdPer1000: round(hits * per1000 * worth.callUsd),
    wrongUsdPer1000: round(wrong * per1000 * worth.wrongUsd),
    netUsdPer1000: round((hits * worth.callUsd - wrong * worth.wrongUsd) * per1000),
    netSecondsPer1000: round((hits * worth.callMs * per1000 - 1000 * embedMs) / 1000),
    assumed: worth,
  };
}

async function report(embedder: Embedder, embedMs: number) {
  const { outcomes, state } = await play(embedder);
  const judged = outcomes.slice(learningEnd);
  const [plain, guarded] = [await playPlainly(embedder, false), await playPlainly(embedder, true)];
  const [plainThreshold, guardedThreshold] = [tune(plain), tune(guarded)];
  const stratumRow = (stratum: Stratum) => summarise(judged.filter((outcome) => outcome.stratum === stratum));
  process.stdout.write(`\n${embedder.id}: second part of the time, ${judged.length} of ${outcomes.length} questions\n`);
  printRows({
    ...Object.fromEntries(strata.map((stratum) => [stratum, stratumRow(stratum)])),
    'all, second part': summarise(judged),
    'all, with the cold start': summarise(outcomes),
    [`one threshold ${plainThreshold.toFixed(2)}, no guards`]: summarise(plain(plainThreshold).slice(learningEnd)),
    'one threshold 0.95, no guards': summarise(plain(0.95).slice(learningEnd)),
    'one threshold 0.80, no guards': summarise(plain(0.8).slice(learningEnd)),
    [`one threshold ${guardedThreshold.toFixed(2)}, guards`]: summarise(guarded(guardedThreshold).slice(learningEnd)),
    'one threshold 0.80, guards': summarise(guarded(0.8).slice(learningEnd)),
  });
  process.stdout.write(`${JSON.stringify({ state, netValue: netValue(judged, embedMs) })}\n`);
}

function askedOf(text: string) {
  return readAskedAnswer(libraryCall({ turns: [turn(text)], sampling: { temperature: 0 } }));
}

async function measureLookup(entries: number) {
  const store = createMemoryCacheStore({ maxEntries: 100_000, maxBytes: 2 ** 30 });
  const semantic = createSemanticCache({ store, embedder: createHashEmbedder(), settings, log: silentLog });
  const plan = planOf({ exact: 'off', semantic: true });
  const random = createRandom(3);
  const pick = () => workload[Math.floor(random() * workload.length)]?.text ?? '';
  const options = { signal: neverAborted, mayRead: true };
  const events = eventsOf('yes');
  const bytes = encodeAnswer({ target: 'up/model', isBytesOnly: false, events });
  for (let entry = 0; entry < entries; entry += 1) {
    const asked = askedOf(`${pick()} (${words[entry % words.length]} ${entry})`);
    const finding = asked && (await semantic.find(asked, plan, options));
    await finding?.learn({ bytes, events });
  }
  const rounds: number[][] = [];
  let cpuUs = 0;
  const perRound = 100;
  const roundCount = 40;
  // The first rounds warm up.
  for (let index = -4; index <= roundCount; index += 1) {
    const took: number[] = [];
    const before = process.cpuUsage();
    for (let lookup = 0; lookup < perRound; lookup += 1) {
      const asked = askedOf(`${pick()} (${words[lookup % words.length]} ${lookup * 3})`);
      const startedAt = performance.now();
      if (asked) await semantic.find(asked, plan, options);
      took.push((performance.now() - startedAt) * 1000);
    }
    const used = process.cpuUsage(before);
    if (index < 1) continue;
    cpuUs += (used.user + used.system) / perRound / roundCount;
    rounds.push(took.toSorted((one, other) => one - other));
  }
  const best = (share: number) =>
    Math.round(Math.min(...rounds.map((sorted) => sorted[Math.floor(perRound * share)] ?? 0)));
  return { questions: semantic.state().questions, cpuUs: Math.round(cpuUs), p50Us: best(0.5), p99Us: best(0.99) };
}

function printRows(rows: Readonly<Record<string, ReturnType<typeof summarise>>>): void {
  const names = Object.keys(summarise([]));
  const lines = Object.entries(rows).map(([name, row]) => [name, ...Object.values(row).map(String)]);
  for (const cells of [['', ...names], names.concat('').map(() => '---'), ...lines]) {
    process.stdout.write(`| ${cells.map((cell, index) => cell.padEnd(index === 0 ? 30 : 12)).join(' | ')} |\n`);
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const noMatch = workload.filter(({ hasMatch }) => !hasMatch).length / workload.length;
process.stdout.write(`${workload.length} questions of ${users} people, ${percent(noMatch)} without a match\n`);
await report(createHashEmbedder(), 0.1);
const questionIntent = new Map(workload.map(({ text, intent }) => [text, intent]));
await report(
  createSimulatedEmbedder((text) => {
    const [asked, answered] = [questionIntent.get(text), intentOf.get(text)];
    if (answered !== undefined) return { intent: answered, kind: 'answer' };
    return asked === undefined ? undefined : { intent: asked, kind: 'question' };
  }),
  25,
);
const lookup = await measureLookup(10_000);
process.stdout.write(
  `\none lookup with the built-in embedder (quantiles of the quietest round): ${JSON.stringify(lookup)}\n`,
);
