import type { Message, StepTrace } from '@parley/contracts';
import { listWords } from '../../../lib/i18n/list-words.ts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { formatMs } from './format-figures.ts';

const colours = {
  waitsForModel: 'bg-outline',
  writes: 'bg-accent',
  tools: 'bg-warning',
} as const;

/** The steps of an answer as bars on one line of time, with the tools each of them called. */
export function StepTimeline({ message }: { readonly message: Message }) {
  const { box } = usePanelTexts();
  const { trace = [] } = message;
  const total = trace.reduce((sum, step) => sum + lengthOf(step), 0);
  const hasTools = trace.some(({ toolsMs }) => toolsMs !== undefined);
  return (
    <>
      <ol className="m-0 flex list-none flex-col gap-3 p-0">
        {trace.map((step, index) => (
          <StepLine
            key={step.step}
            step={step}
            number={index + 1}
            before={trace.slice(0, index).reduce((sum, earlier) => sum + lengthOf(earlier), 0)}
            total={total}
            tools={toolsOf(message, step.step)}
          />
        ))}
      </ol>
      <p aria-hidden className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-text-muted">
        <Legend colour={colours.waitsForModel} label={box.waitsForModel} />
        <Legend colour={colours.writes} label={box.writes} />
        {hasTools ? <Legend colour={colours.tools} label={box.tools} /> : null}
      </p>
    </>
  );
}

interface StepLineProps {
  readonly step: StepTrace;
  /** From 1. */
  readonly number: number;
  /** Milliseconds of all steps before it, and of all together. */
  readonly before: number;
  readonly total: number;
  readonly tools: readonly string[];
}

function StepLine({ step, number, before, total, tools }: StepLineProps) {
  const { box } = usePanelTexts();
  const { firstTokenMs, modelMs, toolsMs = 0 } = step;
  const waits = Math.min(firstTokenMs ?? modelMs, modelMs);
  const share = (ms: number) => `${String(total === 0 ? 0 : (ms / total) * 100)}%`;
  return (
    <li className="flex flex-col gap-1">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate">
          {box.step(number)}
          <span className="text-text-muted">{` · ${step.servedBy?.model ?? step.model}`}</span>
        </span>
        <bdi className="shrink-0 text-xs text-text-muted tabular-nums">{formatMs(modelMs + toolsMs)}</bdi>
      </div>
      <div aria-hidden className="flex h-2 overflow-hidden rounded-full bg-user-bubble">
        <span style={{ width: share(before) }} />
        <span className={classNames('min-w-px', colours.waitsForModel)} style={{ width: share(waits) }} />
        <span className={colours.writes} style={{ width: share(modelMs - waits) }} />
        <span className={colours.tools} style={{ width: share(toolsMs) }} />
      </div>
      {tools.length > 0 ? <p className="text-xs wrap-anywhere text-text-muted">{listWords(tools)}</p> : null}
    </li>
  );
}

function Legend({ colour, label }: { readonly colour: string; readonly label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={classNames('size-2 rounded-full', colour)} />
      {label}
    </span>
  );
}

function lengthOf({ modelMs, toolsMs = 0 }: StepTrace): number {
  return modelMs + toolsMs;
}

/** What a step called, as people know it. */
function toolsOf({ parts }: Message, step: number): string[] {
  return parts.flatMap((part) => (part.type === 'tool-call' && part.step === step ? [part.title ?? part.name] : []));
}
