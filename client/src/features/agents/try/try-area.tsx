import type { Agent } from '@parley/contracts';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { focusRegion } from '../../../lib/regions.ts';
import { Sheet } from '../../../ui/sheet.tsx';
import { TryPane } from './try-pane.tsx';

export interface TryAreaProps {
  readonly agent: Agent | undefined;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly onSave: () => void;
  /** There is room beside the form; otherwise the chat is a sheet over it. */
  readonly isBeside: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly renderChat: (agent: Agent) => ReactNode;
}

/** Where the agent can be tried: beside its form, or in a sheet. Each version and each restart begins a new chat. */
export function TryArea(props: TryAreaProps) {
  const { agent, isDirty, busy, onSave, isBeside, isOpen, onClose, renderChat } = props;
  const { trying } = useAgentTexts();
  const [restarts, setRestarts] = useState(0);
  const [wantsFocus, setWantsFocus] = useState(false);
  const pane = (
    <TryPane
      agent={agent}
      isDirty={isDirty}
      busy={busy}
      onSave={() => {
        setWantsFocus(true);
        onSave();
      }}
      onRestart={() => {
        setWantsFocus(true);
        setRestarts(restarts + 1);
      }}
      onClose={isBeside ? undefined : onClose}
    >
      {agent ? (
        <ChatFrame
          key={`${String(agent.version)}/${String(restarts)}`}
          takesFocus={wantsFocus}
          onShown={() => setWantsFocus(false)}
        >
          {renderChat(agent)}
        </ChatFrame>
      ) : null}
    </TryPane>
  );
  if (isBeside) {
    return (
      <aside
        aria-label={trying.title}
        data-region="panel"
        tabIndex={-1}
        className="flex w-[42%] max-w-xl min-w-80 flex-col border-s border-border"
      >
        {pane}
      </aside>
    );
  }
  return (
    <Sheet open={isOpen} onClose={onClose} label={trying.title} side="end">
      {pane}
    </Sheet>
  );
}

interface ChatFrameProps {
  /** The button that was pressed has gone by now; what comes next is to ask something. */
  readonly takesFocus: boolean;
  readonly onShown: () => void;
  readonly children: ReactNode;
}

function ChatFrame({ takesFocus, onShown, children }: ChatFrameProps) {
  const show = useEffectEvent(() => {
    if (takesFocus) focusRegion('composer');
    onShown();
  });
  useEffect(() => show(), []);
  return <div className="flex min-h-0 flex-1 flex-col [--header-start:0px]">{children}</div>;
}
