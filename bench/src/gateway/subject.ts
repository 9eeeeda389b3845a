import type { AnswerKind, MockDialect } from './mock-answers.ts';

/** What stands between the client and the model provider. */
export const subjectNames = ['direct', 'R', 'parley', 'portkey'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** What to ask of a subject. */
export interface Question {
  readonly kind: AnswerKind;
  /** What the provider speaks. The client always speaks chat completions, save through those who only pass on. */
  readonly upstream: MockDialect;
  /** The client of a stream does not ask for usage: the gateway must, and hide it. */
  readonly hidesUsage?: boolean;
}

/** How a subject must be asked. */
export interface Asking {
  readonly path: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Subject {
  readonly name: SubjectName;
  /** Of the process whose cost is measured; for `direct` the upstream's. */
  readonly pid: number;
  readonly origin: string;
  /** From the start of the process until it answered that it is well. */
  readonly startMs: number;
  /** Bytes of the upstream's answer arrive unchanged. */
  readonly passesBytes: boolean;
  asking(question: Question): Asking;
  /** What the process printed, for failures. */
  output(): string;
  close(): Promise<void>;
}
