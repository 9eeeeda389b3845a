import type { ToolCallPart } from '@parley/contracts';
import { Bot, CircleX, Globe, Plug, ShieldX, SquareTerminal, Wrench } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { lazy, memo, Suspense, use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { formatSeconds } from '../../../lib/i18n/format-seconds.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { hasEnded } from '../live/waiting-calls.ts';
import { AnswerScopeContext } from './answer-scope.ts';
import { callName } from './call-name.ts';
import { CallProgress } from './call-progress.tsx';
import { Disclosure } from './disclosure.tsx';
import { WaitingCall } from './requests/waiting-call.tsx';
import { useSecondsRunning } from './use-seconds-running.ts';

const AttachmentList = lazy(async () => ({ default: (await import('./attachment-list.tsx')).AttachmentList }));
const CallDetails = lazy(async () => ({ default: (await import('./call-details.tsx')).CallDetails }));
const WaitsFor = lazy(async () => ({ default: (await import('../people/waits-for.tsx')).WaitsFor }));
const RunCard = lazy(async () => ({ default: (await import('./execution/run-card.tsx')).RunCard }));

const icons: Readonly<Record<string, LucideIcon>> = { mcp: Plug, action: Globe, agent: Bot, code: SquareTerminal };

/** One call of a tool: a line that opens to what went in and what came out, or a card while it waits for its user. */
export const ToolCallPartView = memo(function ToolCallPartView({ part }: { readonly part: ToolCallPart }) {
  const { tools } = useTexts();
  const { generationId, isRunning, asker } = use(AnswerScopeContext);
  const seconds = useSecondsRunning(isRunning && part.state === 'running');
  const { state, callId, request, input, progress, attachments } = part;
  if (isRunning && state === 'waiting' && request && generationId) {
    if (asker !== undefined) {
      return (
        <Suspense fallback={null}>
          <WaitsFor name={asker} request={request} />
        </Suspense>
      );
    }
    return <WaitingCall asked={{ generationId, callId, request, input }} />;
  }
  if (runsCode(part)) {
    return (
      <Suspense fallback={null}>
        <RunCard part={part} />
      </Suspense>
    );
  }
  const name = callName(part, tools);
  const isActive = isRunning && !hasEnded(part);
  const Icon = state === 'failed' ? CircleX : state === 'denied' ? ShieldX : (icons[part.source?.kind ?? ''] ?? Wrench);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Disclosure
        icon={<Icon className="size-4" />}
        label={name}
        status={statusOf(part, isActive, seconds, tools.call)}
        tone={state === 'failed' ? 'danger' : 'muted'}
        active={isActive}
      >
        <Suspense fallback={null}>
          <CallDetails part={part} />
        </Suspense>
      </Disclosure>
      {isActive && progress ? <CallProgress name={name} progress={progress} /> : null}
      {attachments && attachments.length > 0 ? (
        <Suspense fallback={null}>
          <AttachmentList attachments={attachments} />
        </Suspense>
      ) : null}
    </div>
  );
});

function runsCode({ execution, name, source }: ToolCallPart): boolean {
  // Where a call comes from is not known before its arguments are complete.
  return execution !== undefined || (name === 'execute_code' && (source === undefined || source.kind === 'code'));
}

function statusOf(
  { state, progress }: ToolCallPart,
  isActive: boolean,
  seconds: number | undefined,
  texts: Texts['tools']['call'],
): string {
  if (state === 'done') return seconds === undefined ? texts.states.done : texts.seconds(formatSeconds(seconds));
  if (state === 'failed' || state === 'denied') return texts.states[state];
  if (!isActive) return texts.states.unfinished;
  if (state === 'running' && progress?.total !== undefined && progress.total > 0) {
    return texts.percent(percentOf(progress.progress, progress.total));
  }
  return texts.states[state];
}

function percentOf(progress: number, total: number): number {
  return Math.min(100, Math.max(0, Math.round((progress / total) * 100)));
}
