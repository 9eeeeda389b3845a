import { ProblemError } from '@parley/contracts';
import type { ToolSource } from '@parley/contracts';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { usePreferences } from '../../../../lib/preferences.ts';
import { useKeyDown } from '../../../../lib/use-key-down.ts';
import { AnswerProgress } from './answer-progress.tsx';
import type { Answering } from './use-answer.ts';

export interface RequestCardProps {
  readonly icon: ReactNode;
  readonly title: string;
  /** Who asks. */
  readonly source?: ToolSource | undefined;
  readonly answering: Answering;
  /** What a single key does while the card, or a control in it that takes no text, has the focus. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** The safe choice first. */
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

/** A question to the person in front of the page: an answer of the model goes on once it is answered. */
export function RequestCard({ icon, title, source, answering, keys, actions, children }: RequestCardProps) {
  const { request } = useTexts().tools;
  const titleId = useId();
  const singleKeys = usePreferences((preferences) => preferences.singleKeys);
  const { card, given } = answering;
  const isLocked = given !== undefined && (given.state !== 'refused' || isOver(given.cause));
  useKeyDown(card, (event) => {
    const act = keys?.[event.key.toLowerCase()];
    if (!act || !singleKeys || isLocked || event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  return (
    <section
      ref={card}
      tabIndex={-1}
      data-request
      aria-labelledby={titleId}
      className="scroll-my-4 rounded-card border border-outline bg-raised text-sm focus:outline-2 focus:outline-offset-1 focus:outline-accent"
    >
      <header className="flex items-start gap-2.5 px-4 pt-3">
        <span aria-hidden className="mt-0.5 shrink-0 text-warning">
          {icon}
        </span>
        <div className="min-w-0 flex-1">
          <h3 id={titleId} className="isolate font-semibold wrap-anywhere">
            {title}
          </h3>
          {source ? (
            <p className="isolate text-xs wrap-anywhere text-text-muted">
              {request.sources[source.kind]}
              {source.kind === 'built-in' ? null : ` · ${source.title}`}
            </p>
          ) : null}
        </div>
      </header>
      <fieldset disabled={isLocked} className="m-0 flex min-w-0 flex-col gap-3 border-0 px-4 py-3">
        {children}
      </fieldset>
      <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-border px-4 py-2.5">
        <AnswerProgress answering={answering} />
        {isLocked ? null : actions}
      </footer>
    </section>
  );
}

/** Whether the server said that nothing waits there any more. */
function isOver(cause: unknown): boolean {
  return cause instanceof ProblemError && cause.status === 409;
}

function isWriting({ target }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
