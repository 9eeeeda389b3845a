import { ArrowDownWideNarrow, ArrowUpNarrowWide } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { AnswererList } from '../composer/answerer-list.tsx';
import { type ModelChoice, useModelChoice } from '../composer/model-choice.ts';
import type { AnswerChange } from './regenerate-menu.tsx';

export interface RegenerateOptionsProps {
  readonly choice: ModelChoice | undefined;
  readonly onAnswer: (change: AnswerChange) => void;
}

/** The open part of `RegenerateMenu`; loaded on intent, never imported directly. */
export function RegenerateOptions({ choice, onAnswer }: RegenerateOptionsProps) {
  const { again } = useTurnTexts();
  const { offered } = useModelChoice(choice);
  return (
    <>
      <div className="flex shrink-0 flex-col border-b border-border p-1">
        <Guidance
          icon={ArrowDownWideNarrow}
          label={again.shorter}
          run={() => onAnswer({ choice, guidance: 'shorter' })}
        />
        <Guidance icon={ArrowUpNarrowWide} label={again.longer} run={() => onAnswer({ choice, guidance: 'longer' })} />
      </div>
      <AnswererList offered={offered} choice={choice} onChoose={(next) => onAnswer({ choice: next })} />
    </>
  );
}

interface GuidanceProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly run: () => void;
}

function Guidance({ icon: Icon, label, run }: GuidanceProps) {
  return (
    <button
      type="button"
      onClick={run}
      className="flex min-h-8 items-center gap-2.5 rounded-control px-2.5 py-1.5 text-start text-sm hover:bg-hover touch:min-h-11"
    >
      <Icon aria-hidden className="size-4 text-text-muted" />
      {label}
    </button>
  );
}
