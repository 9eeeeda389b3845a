import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { type ReadArguments, showHidden } from './read-arguments.ts';

/** Exactly what a tool is called with: names and values, or the JSON itself. */
export function ArgumentsView({ read }: { readonly read: ReadArguments }) {
  const { approval } = useTexts().tools;
  if (read.kind === 'list' && read.entries.length === 0) return <p className="text-text-muted">{approval.noInput}</p>;
  return (
    <ScrollBox label={approval.input} className="rounded-control bg-surface">
      {read.kind === 'raw' ? (
        <pre className={`${exact} p-2.5`}>{showHidden(read.pretty)}</pre>
      ) : (
        <dl className={`${exact} divide-y divide-border`}>
          {read.entries.map(({ name, value, isText }) => (
            <div key={name} className="flex flex-wrap gap-x-4 gap-y-0.5 px-2.5 py-1.5">
              <dt className="min-w-24 shrink-0 text-text-muted">{showHidden(name)}</dt>
              <dd className="m-0 min-w-0 flex-1 basis-48">
                {isText && value === '' ? <i className="text-text-muted">{approval.empty}</i> : showHidden(value)}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </ScrollBox>
  );
}

const exact = 'isolate m-0 font-mono text-xs/5 wrap-anywhere whitespace-pre-wrap';
