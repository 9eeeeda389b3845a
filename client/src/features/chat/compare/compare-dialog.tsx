import { mostCompared } from '@parley/contracts';
import { useId, useState } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { type AnswererOption, isSameChoice, searchAnswerers } from '../composer/answerer-options.ts';
import type { EndpointModels, ModelChoice } from '../composer/model-choice.ts';
import { useAnswererGroups } from '../composer/use-answerer-groups.ts';
import { AppLink } from '../parts/app-link.tsx';
import { askWhatToCompare, planComparison, useCompare } from './compare-store.ts';

/** From so many lines on, there is a field to search them. */
const searchedFrom = 9;

interface CompareDialogProps {
  readonly chat: string;
  readonly offered: readonly EndpointModels[];
  /** Who answers now. */
  readonly choice: ModelChoice | undefined;
  readonly onClosed: () => void;
}

/** Chooses two or three models that answer the next prompt at once. */
export function CompareDialog({ chat, offered, choice, onClosed }: CompareDialogProps) {
  const { dialog } = useCompareTexts();
  const plan = useCompare(({ plans }) => plans[chat]);
  const { groups } = useAnswererGroups(offered, false);
  const [picked, setPicked] = useState<readonly ModelChoice[]>(plan?.answerers ?? (choice ? [choice] : []));
  const [blind, setBlind] = useState(plan?.blind ?? false);
  const [query, setQuery] = useState('');
  const hintId = useId();
  const count = groups.reduce((sum, { options }) => sum + options.length, 0);
  const close = () => {
    askWhatToCompare(undefined);
    onClosed();
  };
  const isPicked = (option: AnswererOption) => picked.some((one) => isSameChoice(one, option.choice));
  const toggle = ({ choice: { endpoint, model, spec } }: AnswererOption, isOn: boolean) => {
    const its = { endpoint, model, ...(spec === undefined ? {} : { spec }) };
    setPicked(isOn ? [...picked, its] : picked.filter((one) => !isSameChoice(one, its)));
  };
  const isFull = picked.length >= mostCompared;
  const hint = picked.length < 2 ? dialog.pickTwo : isFull ? dialog.pickMost(mostCompared) : undefined;
  return (
    <Dialog
      open
      title={dialog.title}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{dialog.cancel}</Button>
          <Button
            variant="primary"
            disabled={picked.length < 2}
            aria-describedby={hintId}
            onClick={() => {
              planComparison(chat, { answerers: picked, blind });
              onClosed();
            }}
          >
            {dialog.start}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-text-muted">{dialog.intro}</p>
        <output id={hintId} className="block min-h-5 text-sm font-medium">
          {dialog.picked(picked.length)}. {hint}
        </output>
        {count >= searchedFrom ? <SearchField label={dialog.search} value={query} onChange={setQuery} /> : null}
        <fieldset aria-label={dialog.list} className="m-0 flex min-w-0 flex-col gap-3 border-0 p-0">
          {searchAnswerers(groups, query).map(({ label, options }) => (
            <fieldset key={label} className="m-0 flex min-w-0 flex-col border-0 p-0">
              <legend className="pb-1 text-xs text-text-muted">{label}</legend>
              {options.map((option) => (
                <Checkbox
                  key={option.key}
                  label={option.label}
                  description={option.description}
                  checked={isPicked(option)}
                  disabled={isFull && !isPicked(option)}
                  onChange={(isOn) => toggle(option, isOn)}
                />
              ))}
            </fieldset>
          ))}
        </fieldset>
        <Checkbox label={dialog.blind} checked={blind} onChange={setBlind} />
        <AppLink
          href="/model-results"
          className="self-start py-1 text-sm text-accent underline underline-offset-2 touch:py-3"
        >
          {dialog.results}
        </AppLink>
      </div>
    </Dialog>
  );
}
