import { Play } from 'lucide-react';
import { use, useMemo, useState } from 'react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import '../../../../ui/markdown/code/code.css';
import { ConversationContext } from './conversation-context.ts';
import { DirectRun, type DirectRunProps } from './direct-run.tsx';
import { fencedCode } from './fenced-code.ts';
import { runnableLanguage } from './runnable-language.ts';
import { useRunnableLanguages } from './use-runnable.ts';

/** A question may bring along more than this; a bar of them would be in the way. */
const mostOffered = 6;

interface AskedRun {
  readonly number: number;
  readonly index: number;
  readonly isActive: boolean;
  readonly language: string;
  readonly request: DirectRunProps['request'];
}

/** Runs the code that somebody wrote into a question, and shows what came of it below. */
export function QuestionCode({ text }: { readonly text: string }) {
  const texts = useCodeTexts();
  const conversationId = use(ConversationContext);
  const languages = useRunnableLanguages();
  const blocks = useMemo(() => fencedCode(text), [text]);
  const [run, setRun] = useState<AskedRun>();
  if (conversationId === undefined) return null;
  const offered = blocks
    .flatMap((block) => {
      const language = runnableLanguage(block.language, languages);
      return language && block.text.trim() !== '' ? [{ language, code: block.text }] : [];
    })
    .slice(0, mostOffered);
  return (
    <>
      {offered.length > 0 ? (
        <div className="mt-1.5 flex max-w-full flex-wrap justify-end gap-1.5 self-end">
          {offered.map(({ language: { id, label }, code }, index) => (
            <Button
              key={index}
              size="small"
              busy={run?.isActive === true && run.index === index}
              disabled={run?.isActive === true && run.index !== index}
              icon={<Play aria-hidden className="size-3.5" />}
              onClick={() =>
                setRun({
                  number: (run?.number ?? 0) + 1,
                  index,
                  isActive: true,
                  language: label,
                  request: { conversationId, lang: id, code, args: [] },
                })
              }
            >
              {offered.length > 1 ? texts.runQuestionOf(label, index + 1) : texts.runQuestion(label)}
            </Button>
          ))}
        </div>
      ) : null}
      {run ? (
        <div className="markdown-code mt-1.5 min-w-0 border-t-0">
          <DirectRun
            key={run.number}
            request={run.request}
            language={run.language}
            onEnded={() => setRun({ ...run, isActive: false })}
            onClose={() => setRun(undefined)}
          />
        </div>
      ) : null}
    </>
  );
}
