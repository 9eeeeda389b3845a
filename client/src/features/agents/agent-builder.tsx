import type { AgentId } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { buttonClass } from '../../ui/button-class.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { BuilderPage } from './builder-page.tsx';
import type { BuilderPageProps } from './builder-page.tsx';
import { useBuilderSource } from './use-builder-source.ts';
import { ViewerCard } from './viewer-card.tsx';

export interface AgentBuilderProps extends Omit<BuilderPageProps, 'agent' | 'saved'> {
  /** Absent for a new agent. */
  readonly id: AgentId | undefined;
}

/** Builds a new agent or changes one: the form, and a chat beside it to try it. */
export function AgentBuilder({ id, onCreated, ...rest }: AgentBuilderProps) {
  const texts = useTexts();
  const { builder } = useAgentTexts();
  const source = useBuilderSource(id);
  const [created, setCreated] = useState<AgentId>();
  const [page, setPage] = useState({ id, key: 0 });
  // A new agent that gets its id stays the same page, so that focus and what is typed meanwhile stay where they are.
  if (page.id !== id) setPage({ id, key: id !== undefined && id === created ? page.key : page.key + 1 });

  if (source.kind === 'form') {
    return (
      <BuilderPage
        key={page.key}
        agent={source.agent}
        saved={source.saved}
        onCreated={(agent) => {
          setCreated(agent.id);
          onCreated(agent);
        }}
        {...rest}
      />
    );
  }
  if (source.kind === 'viewer') return <ViewerCard agent={source.agent} />;
  if (source.kind === 'waiting') {
    return (
      <Centred>
        <Spinner label={builder.loading} className="text-text-muted" />
      </Centred>
    );
  }
  if (source.kind === 'failed') {
    return (
      <Centred>
        <EmptyState
          title={builder.loadFailed}
          text={explainError(source.error, texts)}
          action={<Button onClick={source.retry}>{texts.common.retry}</Button>}
        />
      </Centred>
    );
  }
  return (
    <Centred>
      <EmptyState
        title={builder.notFoundTitle}
        text={builder.notFoundText}
        action={
          <Link to="/agents" className={buttonClass()}>
            {builder.back}
          </Link>
        }
      />
    </Centred>
  );
}

function Centred({ children }: { readonly children: ReactNode }) {
  return (
    <main data-region="transcript" tabIndex={-1} className="grid flex-1 place-items-center overflow-y-auto">
      {children}
    </main>
  );
}
