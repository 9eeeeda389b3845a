import { RotateCcw } from 'lucide-react';
import { use, useState } from 'react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import type { CodeLanguage } from '../../../../ui/markdown/code/code-languages.ts';
import { ConversationContext } from './conversation-context.ts';
import { DirectRun } from './direct-run.tsx';
import type { CodeInput } from './read-code-input.ts';
import { useRunnable } from './use-runnable.ts';

export interface RunAgainProps {
  readonly language: CodeLanguage;
  readonly input: CodeInput;
}

/** Runs the code of a call once more on the files as they are now, for the person in front of the page. */
export function RunAgain({ language, input }: RunAgainProps) {
  const texts = useCodeTexts();
  const conversationId = use(ConversationContext);
  const runnable = useRunnable(input.lang);
  const [run, setRun] = useState({ number: 0, isActive: false });
  const { number, isActive } = run;
  if (conversationId === undefined) return null;
  return (
    <>
      {runnable ? (
        <div className="border-t border-border px-2 py-1.5">
          <Button
            size="small"
            variant="ghost"
            busy={isActive}
            icon={<RotateCcw aria-hidden className="size-3.5" />}
            onClick={() => setRun({ number: number + 1, isActive: true })}
          >
            {texts.runAgain}
          </Button>
        </div>
      ) : null}
      {number > 0 ? (
        <DirectRun
          key={number}
          request={{ conversationId, lang: input.lang, code: input.code, args: input.args }}
          language={language.label}
          onEnded={() => setRun({ number, isActive: false })}
          onClose={() => setRun({ number: 0, isActive: false })}
        />
      ) : null}
    </>
  );
}
