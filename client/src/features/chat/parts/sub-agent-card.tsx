import { totalUsage } from '@parley/contracts';
import type { NestedRun, ToolCallPart } from '@parley/contracts';
import { Bot } from 'lucide-react';
import { memo, type ReactNode, use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { hasEnded, waitsForInput } from '../live/waiting-calls.ts';
import { AnswerScopeContext } from './answer-scope.ts';
import { Disclosure } from './disclosure.tsx';
import { readTask } from './read-task.ts';
import { currentLocale } from '../../../lib/i18n/language-store.ts';

export interface SubAgentCardProps {
  readonly part: ToolCallPart;
  readonly run: NestedRun;
  /** What it wrote and did so far. */
  readonly children: ReactNode;
}

/** Another agent at work inside an answer: one line that opens to its own answer, and stays open while it waits. */
export function SubAgentCard({ part, run, children }: SubAgentCardProps) {
  const { tools } = useTexts();
  const { isRunning, asker } = use(AnswerScopeContext);
  const isActive = isRunning && !hasEnded(part);
  const waits = isActive && waitsForInput(run.parts);
  const usage = totalUsage(run);
  const tokens = usage && tools.agent.tokens((usage.input + usage.output).toLocaleString(currentLocale()));
  return (
    <div className="rounded-card border border-border bg-surface px-3 py-1.5">
      <Disclosure
        icon={<Bot className="size-4" />}
        label={statusLine(part, run, { isActive, waits, asker }, tools.agent)}
        status={isActive ? undefined : tokens}
        tone={part.state === 'failed' ? 'danger' : 'muted'}
        active={isActive && !waits}
        forced={waits}
      >
        <Task input={part.input} />
        <div className="flex min-w-0 flex-col gap-(--block-gap) py-1">
          {run.parts.length === 0 ? <p className="text-sm text-text-muted">{tools.agent.nothingYet}</p> : children}
        </div>
        {part.state === 'failed' && part.output ? (
          <p className="text-sm wrap-anywhere text-danger">{part.output}</p>
        ) : null}
        {isActive && tokens ? <p className="text-xs text-text-muted tabular-nums">{tokens}</p> : null}
      </Disclosure>
    </div>
  );
}

const Task = memo(function Task({ input }: { readonly input: string }) {
  const { agent } = useTexts().tools;
  return (
    <div className="mb-2 text-sm text-text-muted">
      <p className="text-xs font-medium">{agent.asked}</p>
      <p className="isolate mt-0.5 line-clamp-6 wrap-anywhere whitespace-pre-wrap">{readTask(input)}</p>
    </div>
  );
});

function statusLine(
  { state }: ToolCallPart,
  { agent: { name }, progress }: NestedRun,
  {
    isActive,
    waits,
    asker,
  }: { readonly isActive: boolean; readonly waits: boolean; readonly asker: string | undefined },
  texts: Texts['tools']['agent'],
): string {
  const steps = texts.steps(progress.step + (progress.isBegun ? 1 : 0));
  if (waits) return asker === undefined ? texts.waiting(name, steps) : texts.waitsFor(name, asker, steps);
  if (isActive) return texts.working(name, steps);
  if (state === 'done') return texts.done(name, steps);
  if (state === 'denied') return texts.denied(name);
  return state === 'failed' ? texts.failed(name, steps) : texts.unfinished(name, steps);
}
