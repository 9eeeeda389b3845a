import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { IconButton } from './icon-button.tsx';
import { Sheet } from './sheet.tsx';
import { SidePanelSeparator } from './side-panel-separator.tsx';
import { usePanelWidth } from './side-panel-width.ts';
import { usePanelFits } from './use-panel-fits.ts';

export interface SidePanelProps {
  readonly title: string;
  /** What it shows: when that becomes something else, the focus goes into the panel again. */
  readonly subject: unknown;
  /** What gets the focus back when the panel closes. */
  readonly opener: HTMLElement | undefined;
  /** Over the page even where there is room beside it. */
  readonly isSheet?: boolean;
  /** Buttons before the one that closes. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * What stands beside a page's main thing: 40 to 60 % of their common parent, as somebody likes it, and a sheet over the
 * page below 900 px. The focus goes to its `data-region-focus` element or its heading, and back to `opener` afterwards.
 */
export function SidePanel({ isSheet = false, ...props }: SidePanelProps) {
  const fits = usePanelFits();
  return isSheet || !fits ? <PanelOver {...props} /> : <PanelBeside {...props} />;
}

function PanelOver(props: SidePanelProps) {
  const { title, onClose } = props;
  const panel = useFocusInside(props);
  return (
    <Sheet open onClose={onClose} label={title} side="end">
      <section ref={panel} data-region="panel" tabIndex={-1} aria-label={title} className="flex h-full flex-col">
        <PanelContents {...props} />
      </section>
    </Sheet>
  );
}

function PanelBeside(props: SidePanelProps) {
  const { title, onClose } = props;
  const id = useId();
  const panel = useFocusInside(props);
  const percent = usePanelWidth((width) => width.percent);
  useEffect(() => {
    const element = panel.current;
    const onKeyDown = (event: KeyboardEvent) => {
      // A menu in it that closes has taken the key for itself.
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      event.preventDefault();
      onClose();
    };
    element?.addEventListener('keydown', onKeyDown);
    return () => element?.removeEventListener('keydown', onKeyDown);
  }, [panel, onClose]);
  return (
    <aside
      ref={panel}
      id={id}
      data-region="panel"
      tabIndex={-1}
      aria-label={title}
      style={{ width: `${String(percent)}%` }}
      className="relative flex shrink-0 animate-fade flex-col border-s border-border bg-bg"
    >
      <SidePanelSeparator panelId={id} panel={panel} />
      <PanelContents {...props} />
    </aside>
  );
}

function PanelContents({ title, actions, onClose, children }: SidePanelProps) {
  const { common } = useTexts();
  return (
    <>
      <header className="box-content flex h-(--header-height) shrink-0 items-center gap-1 border-b border-border ps-5 pe-2 pt-[env(safe-area-inset-top)]">
        <h2 data-panel-heading dir="auto" tabIndex={-1} className="min-w-0 flex-1 truncate text-sm font-semibold">
          {title}
        </h2>
        {actions}
        <IconButton label={common.close} icon={<X aria-hidden className="size-4" />} onClick={onClose} />
      </header>
      <PanelScroller label={title}>{children}</PanelScroller>
    </>
  );
}

/** What scrolls in a panel. While there is more than fits, Tab reaches it and the arrow keys scroll it. */
function PanelScroller({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const [outer, inner] = [box.current, content.current];
    if (!outer || !inner) return undefined;
    const observer = new ResizeObserver(() => setOverflows(outer.scrollHeight > outer.clientHeight));
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={box}
      {...(overflows ? { role: 'group', tabIndex: 0, 'aria-label': label } : {})}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div ref={content} className="h-fit min-h-full has-data-fills-panel:h-full">
        {children}
      </div>
    </div>
  );
}

/** The element to put the focus into, which goes back to the opener when that is gone. */
function useFocusInside({ subject, opener }: SidePanelProps): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  const back = useRef(opener);
  useEffect(() => {
    back.current = opener;
  }, [opener]);
  useEffect(() => {
    if (subject === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The menu it was opened from gives the focus to its button when it is gone, a task after it closes.
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => {
        const element = panel.current;
        const wanted = element?.querySelector<HTMLElement>('[data-region-focus]');
        const target = wanted ?? element?.querySelector<HTMLElement>('[data-panel-heading]');
        target?.focus({ preventScroll: true });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [panel, subject]);
  useEffect(
    () => () => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body || !focused.isConnected) back.current?.focus();
    },
    [],
  );
  return panel;
}
