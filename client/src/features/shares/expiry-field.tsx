import { shareDaysSchema } from '@parley/contracts';
import type { Share, ShareDays } from '@parley/contracts';
import * as z from 'zod/mini';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { isExpired, shortDate } from './share-dates.ts';

const choices: readonly ShareDays[] = [1, 7, 30];

export interface ExpiryFieldProps {
  /** The choice for a link that is about to be made. */
  readonly days: ShareDays | null;
  /** The link there is. */
  readonly share: Share | undefined;
  /** `null`: never. */
  readonly onChange: (days: ShareDays | null) => void;
}

/** For how long a link is good: the day on which it ends, where there is one, or how many days from now. */
export function ExpiryField({ days, share, onChange }: ExpiryFieldProps) {
  const { dialog } = useShareTexts();
  const end = share?.expiresAt ?? undefined;
  const value = share ? (end === undefined ? 'never' : 'kept') : String(days ?? 'never');
  return (
    <SelectField
      label={dialog.expiry}
      value={value}
      onChange={(event) => {
        const chosen = z.safeParse(shareDaysSchema, Number(event.currentTarget.value));
        if (event.currentTarget.value !== 'kept') onChange(chosen.success ? chosen.data : null);
      }}
    >
      {share && end !== undefined ? (
        <option value="kept">
          {isExpired(share) ? dialog.expiredOn(shortDate(end)) : dialog.until(shortDate(end))}
        </option>
      ) : null}
      <option value="never">{dialog.expiryOptions.never}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {dialog.expiryOptions[choice]}
        </option>
      ))}
    </SelectField>
  );
}
