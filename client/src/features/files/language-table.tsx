import type { CodeStatus } from '@parley/contracts';
import { CircleCheck, CircleX } from 'lucide-react';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { classNames } from '../../ui/class-names.ts';

/** The languages code can be written in, with the version of each and why one is not ready. */
export function LanguageTable({ languages }: Pick<CodeStatus, 'languages'>) {
  const { status: texts } = useFilesTexts();
  return (
    <table className="my-2 w-full border-collapse text-start">
      <caption className="sr-only">{texts.languages}</caption>
      <thead className="text-xs text-text-muted">
        <tr>
          {[texts.language, texts.version, texts.state].map((column) => (
            <th key={column} scope="col" className="py-1 pe-3 text-start font-medium">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {languages.map(({ id, label, ready, version, reason }) => {
          const Icon = ready ? CircleCheck : CircleX;
          return (
            <tr key={id} className="align-top">
              <th scope="row" className="py-1 pe-3 text-start font-medium">
                {label}
              </th>
              <td className="py-1 pe-3 text-text-muted tabular-nums wrap-anywhere">{version ?? '–'}</td>
              <td className="py-1">
                <span className="flex items-start gap-1.5">
                  <Icon
                    aria-hidden
                    className={classNames('mt-0.5 size-4 shrink-0', ready ? 'text-success' : 'text-warning')}
                  />
                  <span className="wrap-anywhere">{ready ? texts.ready : (reason ?? texts.notReady)}</span>
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
