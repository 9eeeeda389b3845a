import { Play } from 'lucide-react';
import { type ComponentProps, use, useState } from 'react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import type { CodeRunSlots } from '../../../../ui/markdown/code/code-run-slots.ts';
import { ConversationContext } from './conversation-context.ts';
import { DirectRun } from './direct-run.tsx';
import { useRunnable } from './use-runnable.ts';

/** Runs a block of code, where its language can be run here. */
export function RunBlockButton({ code, active, onRun }: ComponentProps<CodeRunSlots['Button']>) {
  const texts = useCodeTexts();
  const language = useRunnable(code.language);
  if (!language || code.text.trim() === '') return null;
  return (
    <button
      type="button"
      aria-label={texts.runBlockNamed(language.label)}
      aria-disabled={active || undefined}
      onClick={() => {
        if (!active) onRun();
      }}
    >
      <Play size={14} aria-hidden />
      <span aria-hidden>{texts.runBlock}</span>
    </button>
  );
}

/** What came of running a block of code. */
export function RunBlockResult({ code, onEnded, onClose }: ComponentProps<CodeRunSlots['Result']>) {
  const conversationId = use(ConversationContext);
  // What was begun stays in sight, whatever becomes of the engine.
  const offered = useRunnable(code.language);
  const [language] = useState(offered);
  if (conversationId === undefined || !language) return null;
  return (
    <DirectRun
      request={{ conversationId, lang: language.id, code: code.text, args: [] }}
      language={language.label}
      onEnded={onEnded}
      onClose={onClose}
    />
  );
}
