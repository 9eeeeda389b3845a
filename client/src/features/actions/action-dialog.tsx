import { actionRoutes } from '@parley/contracts';
import type { ActionSet } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { ActionForm } from './action-form.tsx';
import { DescriptionForm } from './description-form.tsx';
import { readDescription } from './description.ts';
import { blankDraft, draftOf, withDescription } from './draft.ts';
import type { ActionDraft } from './draft.ts';

export interface ActionDialogProps {
  /** Absent: a new one. */
  readonly set: ActionSet | undefined;
  readonly onClose: () => void;
}

/**
 * Makes tools of an API, or changes what was made of it: first the description is read, then everything about it is
 * chosen. The way back to the description keeps what was chosen.
 */
export function ActionDialog({ set, onClose }: ActionDialogProps) {
  const { form, description: texts } = useActionsTexts();
  const all = useTexts();
  const formId = useId();
  const { data, error } = useStoredDraft(set?.id);
  const before = set === undefined ? undefined : data;
  const [changed, setChanged] = useState<ActionDraft>();
  const [isReading, setIsReading] = useState(set === undefined);
  const [busy, setBusy] = useState(false);
  const draft = changed ?? (set === undefined ? blankDraft : data);
  const description = draft?.description;
  const submitText = isReading ? texts.read : set === undefined ? form.add : form.save;
  return (
    <Dialog
      open
      onClose={onClose}
      title={set === undefined ? form.addTitle : form.editTitle(set.title)}
      size="large"
      actions={
        draft === undefined ? undefined : (
          <>
            {isReading && description !== undefined ? (
              <Button onClick={() => setIsReading(false)}>{texts.keep}</Button>
            ) : (
              <Button onClick={onClose}>{all.common.cancel}</Button>
            )}
            <Button variant="primary" type="submit" form={formId} busy={busy}>
              {submitText}
            </Button>
          </>
        )
      }
    >
      {draft === undefined ? (
        error === null ? (
          <Spinner label={all.common.loading} />
        ) : (
          <Banner tone="danger">{explainError(error, all)}</Banner>
        )
      ) : isReading || description === undefined ? (
        <DescriptionForm
          id={formId}
          specification={description?.specification ?? ''}
          onBusy={setBusy}
          onRead={(read) => {
            setChanged(withDescription(draft, read));
            setIsReading(false);
          }}
        />
      ) : (
        <ActionForm
          id={formId}
          setId={set?.id}
          draft={draft}
          description={description}
          before={before}
          onBusy={setBusy}
          onChange={(change) => setChanged({ ...draft, ...change })}
          onChangeDescription={() => setIsReading(true)}
          onSaved={onClose}
        />
      )}
    </Dialog>
  );
}

/** A stored action set as it is changed, with its description read; without an id nothing is fetched. */
function useStoredDraft(id: string | undefined) {
  return useQuery({
    queryKey: ['action-set-settings', id ?? ''],
    queryFn: async ({ signal }) => {
      const settings = await call(actionRoutes.settings, { params: { id: id ?? '' } }, { signal });
      return draftOf(settings, await readDescription(settings.specification, signal));
    },
    enabled: id !== undefined,
    gcTime: 0,
    // What somebody is changing is not fetched again under their hands.
    staleTime: Number.POSITIVE_INFINITY,
  });
}
