import type { ReasoningPart } from '@parley/contracts';
import { Lightbulb } from 'lucide-react';
import { memo, useEffect, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Disclosure } from './disclosure.tsx';

/** What a model thought before it answered: one line with a running second count, opening to the whole text. */
export const ReasoningPartView = memo(function ReasoningPartView(props: {
  readonly part: ReasoningPart;
  readonly settled: boolean;
}) {
  const { part, settled } = props;
  const { chat } = useTexts();
  const seconds = useSecondsUntil(settled);
  return (
    <Disclosure
      icon={<Lightbulb className="size-4" />}
      active={!settled}
      label={
        settled ? chat.parts.reasoningDone(seconds && Math.max(1, seconds)) : chat.parts.reasoningRunning(seconds ?? 0)
      }
    >
      <p className="text-sm whitespace-pre-wrap text-text-muted">{part.text}</p>
    </Disclosure>
  );
});

/** Whole seconds from mounting until `done`; `undefined` when it was done from the start and nobody counted. */
function useSecondsUntil(done: boolean): number | undefined {
  const [start] = useState(() => (done ? undefined : performance.now()));
  const [seconds, setSeconds] = useState(start === undefined ? undefined : 0);
  useEffect(() => {
    if (done || start === undefined) return undefined;
    const count = () => setSeconds(Math.round((performance.now() - start) / 1000));
    const timer = setInterval(count, 1000);
    return () => {
      clearInterval(timer);
      count();
    };
  }, [done, start]);
  return seconds;
}
