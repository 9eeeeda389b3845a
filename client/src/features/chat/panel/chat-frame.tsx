import type { ReactNode, RefObject } from 'react';

export interface ChatFrameProps {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly frame: 'page' | 'pane';
  /** What stands beside it. */
  readonly panel: ReactNode;
  readonly children: ReactNode;
}

/** A chat and what stands beside it. As a page it is the main landmark. */
export function ChatFrame({ ref, frame, panel, children }: ChatFrameProps) {
  const Frame = frame === 'page' ? 'main' : 'div';
  return (
    <div className="flex min-h-0 flex-1">
      <Frame ref={ref} className="relative flex min-h-0 min-w-0 flex-1 flex-col">
        {children}
      </Frame>
      {panel}
    </div>
  );
}
