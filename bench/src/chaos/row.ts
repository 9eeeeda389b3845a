import { percentile, rounded } from '../report/percentile.ts';
import type { Verdict } from '../turns/judge-turn.ts';

/** How long the suite may take: `short` in CI, `medium` at a desk, `full` for the published figures. */
export type Form = 'short' | 'medium' | 'full';

/** A number for each form. */
export type PerForm = Readonly<Record<Form, number>>;

/** What one fault did. */
export interface RowResult {
  readonly fault: string;
  readonly runs: number;
  readonly turns: number;
  readonly lost: number;
  readonly doubled: number;
  readonly neverEnded: number;
  readonly resumeP50Ms?: number;
  readonly resumeP95Ms?: number;
  /** Upstream calls beyond the first of each turn, where the row counts them. */
  readonly secondCalls?: number;
  readonly seconds: number;
  readonly notes: readonly string[];
  /** Promises that were broken; empty when all held. */
  readonly broken: readonly string[];
}

/** One fault of the table. */
export interface Row {
  /** To choose it on the command line. */
  readonly id: string;
  readonly fault: string;
  /** `silence`: it waits for minutes. `lease`: it waits for leases to run out. Absent: it keeps the machine busy. */
  readonly waitsFor?: 'silence' | 'lease';
  run(form: Form): Promise<RowResult>;
}

/** What is promised of the turns of a row. */
interface Promised {
  /** Most milliseconds from the fault to the next new token, at the 95th percentile. */
  readonly resumeP95Ms?: number;
  readonly secondCalls?: 'none';
  /** `whole`: every answer is complete. `whole-or-told`: complete, or with an error part. */
  readonly answers?: 'whole' | 'whole-or-told';
}

/** Collects what happened in a row. */
export interface Tally {
  add(verdict: Verdict): void;
  /** `undefined` where the answer had been written already when the fault struck. */
  addResume(milliseconds: number | undefined): void;
  addCalls(calls: number): void;
  note(text: string): void;
  breaks(promise: string): void;
  result(runs: number): RowResult;
}

export function createTally(fault: string, promised: Promised = {}): Tally {
  const startedAt = performance.now();
  const verdicts: Verdict[] = [];
  const resumes: number[] = [];
  const notes: string[] = [];
  const broken: string[] = [];
  let secondCalls: number | undefined;

  function sum(of: (verdict: Verdict) => number): number {
    return verdicts.reduce((total, verdict) => total + of(verdict), 0);
  }

  function countBroken(isBroken: (verdict: Verdict) => boolean, what: string): void {
    const found = verdicts.filter(isBroken);
    const [first] = found;
    if (first === undefined) return;
    broken.push(`${what}: ${found.length} of ${verdicts.length} turns (${described(first)})`);
  }

  function judge(): void {
    const { answers = 'whole' } = promised;
    countBroken(({ neverEnded }) => neverEnded, 'never ended');
    countBroken(({ doubled }) => doubled > 0, 'doubled tokens');
    countBroken(({ isSameEverywhere, neverEnded }) => !isSameEverywhere && !neverEnded, 'differs between readers');
    if (answers === 'whole') countBroken(({ isWhole, neverEnded }) => !isWhole && !neverEnded, 'not whole');
    else countBroken(({ isWhole, error }) => !isWhole && error === '', 'a silent half');
    const p95 = percentile(resumes, 0.95);
    if (promised.resumeP95Ms !== undefined && p95 !== undefined && p95 > promised.resumeP95Ms)
      broken.push(`resume p95 ${Math.round(p95)} ms, promised ${promised.resumeP95Ms} ms`);
    if (promised.secondCalls === 'none' && secondCalls !== undefined && secondCalls > 0)
      broken.push(`${secondCalls} second upstream calls, promised none`);
  }

  return {
    add: (verdict) => void verdicts.push(verdict),
    addResume(milliseconds) {
      if (milliseconds !== undefined) resumes.push(milliseconds);
    },
    addCalls: (calls) => (secondCalls = (secondCalls ?? 0) + Math.max(0, calls - 1)),
    note: (text) => void notes.push(text),
    breaks: (promise) => void broken.push(promise),
    result(runs) {
      judge();
      const [p50, p95] = [percentile(resumes, 0.5), percentile(resumes, 0.95)];
      const restarts = sum((verdict) => verdict.restarts);
      const rereads = sum((verdict) => verdict.rereads);
      if (restarts > 0) notes.push(`${restarts} steps restarted`);
      if (rereads > 0) notes.push(`${rereads} readers re-read`);
      return {
        fault,
        runs,
        turns: verdicts.length,
        // What a turn that was told to have failed did not get is not lost.
        lost: sum(({ lost, error }) => (promised.answers === 'whole-or-told' && error !== '' ? 0 : lost)),
        doubled: sum(({ doubled }) => doubled),
        neverEnded: verdicts.filter(({ neverEnded }) => neverEnded).length,
        ...(p50 === undefined || p95 === undefined
          ? {}
          : { resumeP50Ms: rounded(p50, 0), resumeP95Ms: rounded(p95, 0) }),
        ...(secondCalls === undefined ? {} : { secondCalls }),
        seconds: rounded((performance.now() - startedAt) / 1_000, 0),
        notes,
        broken,
      };
    },
  };
}

function described({ turn, status, lost, doubled, error, trouble, isSameEverywhere }: Verdict): string {
  const parts = [`message ${status}`, `lost ${lost}`, `doubled ${doubled}`, isSameEverywhere ? 'same' : 'not the same'];
  if (error !== '') parts.push(error);
  if (trouble !== '') parts.push(`last trouble: ${trouble}`);
  return `${turn.started.generationId}: ${parts.join(', ')}`;
}
