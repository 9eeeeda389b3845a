import type { AgentId } from '@parley/contracts';
import { useEffect, useEffectEvent, useState } from 'react';
import { session } from '../../../lib/api/call.ts';
import { sameForm } from './agent-form.ts';
import type { AgentForm } from './agent-form.ts';
import { readAgentDraft, storeAgentDraft } from './draft-storage.ts';
import type { AgentDraft } from './draft-storage.ts';
import type { FormErrors } from './form-errors.ts';

const keepAfterMs = 300;

/** What the server has: the form as it was saved last, and as which version; `null` when it never was. */
export interface SavedForm {
  readonly form: AgentForm;
  readonly version: number | null;
}

export type ChangeForm = (change: Partial<AgentForm>) => void;

export interface AgentFormState {
  readonly form: AgentForm;
  readonly change: ChangeForm;
  readonly errors: FormErrors;
  readonly setErrors: (errors: FormErrors) => void;
  readonly isDirty: boolean;
  /** The version that is being changed. */
  readonly baseVersion: number | null;
  /** Changes from an earlier visit were brought back, and nobody has said yet what to do with them. */
  readonly isRestored: boolean;
  /** Shows what was saved, without the changes. */
  readonly reset: (saved: SavedForm) => void;
  /** Goes on with the changes on top of another version. */
  readonly rebase: (version: number) => void;
  /** What was `sent` became this version; what was typed since then stays. */
  readonly markSaved: (sent: AgentForm, saved: SavedForm) => void;
}

/**
 * The form of an agent. What is typed is kept in this browser a moment later, and comes back after a reload; a newer
 * version from elsewhere replaces the form only while nothing in it was changed.
 */
export function useAgentForm(place: AgentId | 'new', saved: SavedForm): AgentFormState {
  const owner = session.current()?.user.id;
  const [draft] = useState(() => readAgentDraft(place, owner));
  const [base, setBase] = useState(saved);
  const [form, setForm] = useState(draft?.form ?? saved.form);
  const [baseVersion, setBaseVersion] = useState(draft ? draft.baseVersion : saved.version);
  const [isRestored, setRestored] = useState(draft !== undefined && !sameForm(draft.form, saved.form));
  const [errors, setErrors] = useState<FormErrors>({});
  const isDirty = !sameForm(form, base.form);

  if ((saved.version ?? 0) > (base.version ?? 0) && !isDirty) {
    setBase(saved);
    setForm(saved.form);
    setBaseVersion(saved.version);
  }

  const draftNow = isDirty ? { form, baseVersion } : undefined;
  const keep = useEffectEvent(() => keepDraft(place, owner, draftNow));
  useEffect(() => {
    const timer = setTimeout(() => {
      keepDraft(place, owner, isDirty ? { form, baseVersion } : undefined);
    }, keepAfterMs);
    return () => clearTimeout(timer);
  }, [place, owner, form, baseVersion, isDirty]);
  useEffect(() => {
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, []);

  const take = (next: SavedForm) => {
    setBase(next);
    setBaseVersion(next.version);
    setRestored(false);
    setErrors({});
  };
  return {
    form,
    errors,
    setErrors,
    isDirty,
    baseVersion,
    isRestored: isRestored && isDirty,
    change(change) {
      setForm((held) => ({ ...held, ...change }));
      const fields = Object.keys(change);
      setErrors((held) => Object.fromEntries(Object.entries(held).filter(([key]) => !fields.includes(fieldOf(key)))));
    },
    reset(next) {
      take(next);
      setForm(next.form);
      storeAgentDraft(place, owner, undefined);
    },
    rebase: setBaseVersion,
    markSaved(sent, next) {
      take(next);
      setForm((held) => (sameForm(held, sent) ? next.form : held));
      storeAgentDraft(place, owner, undefined);
    },
  };
}

/** Whoever has signed out leaves nothing behind. */
function keepDraft(place: AgentId | 'new', owner: string | undefined, draft: AgentDraft | undefined): void {
  if (owner === session.current()?.user.id) storeAgentDraft(place, owner, draft);
}

function fieldOf(errorKey: string): string {
  return errorKey.split('.')[0] ?? errorKey;
}
