import type { ReactNode } from 'react';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { useChatPanel } from './chat-panel.ts';

export interface PanelFrameProps {
  readonly title: string;
  readonly isSheet: boolean;
  /** Buttons in its header. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every view of a chat's panel: it knows what opened it and how it closes. */
export function PanelFrame(props: PanelFrameProps) {
  const { view, opener, close } = useChatPanel();
  return <SidePanel {...props} subject={view} opener={opener} onClose={close} />;
}
