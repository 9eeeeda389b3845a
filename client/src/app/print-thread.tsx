import type { Message } from '@parley/contracts';
import { memo, startTransition, useEffect, useMemo, useState } from 'react';
import { useAccountDataTexts } from '../lib/i18n/use-account-data-texts.ts';
import { printedMessage, printedReasoning } from './printed-message.ts';
import { SharedTurn } from './shared-thread.tsx';

export interface PrintThreadProps {
  readonly messages: readonly Message[];
  readonly withReasoning: boolean;
  /** How many are mounted; all of them in the end. */
  readonly onMounted: (count: number) => void;
}

/** Messages that are mounted at a time, with a frame between, so that the page can be used meanwhile. */
const groupSize = 20;
const frame = 16;

/** All messages of a branch below each other, mounted group by group. */
export function PrintThread({ messages, withReasoning, onMounted }: PrintThreadProps) {
  const mounted = useGrowing(messages.length, onMounted);
  const groups = Math.ceil(mounted / groupSize);
  return (
    <div className="flex flex-col gap-(--turn-gap) py-6">
      {Array.from({ length: groups }, (_, group) => (
        <Group
          key={group}
          messages={messages}
          from={group * groupSize}
          to={Math.min(mounted, (group + 1) * groupSize)}
          withReasoning={withReasoning}
        />
      ))}
    </div>
  );
}

/** Grows to `all`, by a group with each frame. */
function useGrowing(all: number, onGrown: (count: number) => void): number {
  const [count, setCount] = useState(0);
  const shown = Math.min(count, all);
  useEffect(() => {
    onGrown(shown);
    if (shown === all) return undefined;
    const timer = setTimeout(() => startTransition(() => setCount(shown + groupSize)), frame);
    return () => clearTimeout(timer);
  }, [shown, all, onGrown]);
  return shown;
}

interface GroupProps {
  readonly messages: readonly Message[];
  readonly from: number;
  readonly to: number;
  readonly withReasoning: boolean;
}

const Group = memo(function Group({ messages, from, to, withReasoning }: GroupProps) {
  return (
    // What is far away is not laid out again with every group that comes.
    <div className="flex flex-col gap-(--turn-gap) [contain-intrinsic-size:auto_180rem] [content-visibility:auto] print:[content-visibility:visible]">
      {messages.slice(from, to).map((message) => (
        <PrintTurn key={message.id} message={message} withReasoning={withReasoning} />
      ))}
    </div>
  );
});

const PrintTurn = memo(function PrintTurn(props: { readonly message: Message; readonly withReasoning: boolean }) {
  const { message, withReasoning } = props;
  const { print } = useAccountDataTexts();
  const printed = useMemo(() => printedMessage(message), [message]);
  const reasoning = withReasoning ? printedReasoning(message) : '';
  return (
    <SharedTurn
      message={printed}
      before={
        reasoning === '' ? undefined : (
          <div className="mb-2 border-s-2 border-outline ps-3 text-sm text-text-muted">
            <p className="font-medium">{print.thought}</p>
            <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
              {reasoning}
            </p>
          </div>
        )
      }
    />
  );
});
