import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';
import { endToast, useToasts } from './toast-store.ts';
import type { Toast } from './toast-store.ts';

/** The place where toasts appear; mounted once. A polite live region, so nothing interrupts what is being read. */
export function Toaster() {
  const toasts = useToasts((store) => store.toasts);
  const { common } = useTexts();
  return (
    <section
      aria-label={common.notifications}
      aria-live="polite"
      className={classNames(
        'print:hidden pointer-events-none fixed inset-x-0 z-40 mx-auto flex w-fit max-w-[calc(100vw-1.5rem)] flex-col items-center gap-2',
        // At the top: at the bottom it would cover the composer, and with it what is being written.
        'top-[calc(3.25rem+env(safe-area-inset-top))]',
      )}
    >
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastView({ toast }: { readonly toast: Toast }) {
  const { common } = useTexts();
  const { id, durationMs = 5000 } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => endToast(id, 'expired'), durationMs);
    return () => clearTimeout(timer);
  }, [id, durationMs, held]);
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex animate-rise items-center gap-1 rounded-card bg-raised py-1 ps-4 pe-1 shadow-floating"
    >
      <p className={classNames('my-1.5 me-2 line-clamp-6 max-w-md', toast.tone === 'danger' && 'text-danger')}>
        {toast.text}
      </p>
      {toast.action === undefined ? null : (
        <button
          type="button"
          onClick={() => endToast(id, 'action')}
          className="min-h-9 shrink-0 rounded-control px-2.5 font-semibold text-accent hover:bg-hover touch:min-h-11"
        >
          {toast.action.label}
        </button>
      )}
      <IconButton label={common.dismiss} icon={<X className="size-4" />} onClick={() => endToast(id, 'dismissed')} />
    </div>
  );
}
