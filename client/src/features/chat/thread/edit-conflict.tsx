import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { Button } from '../../../ui/button.tsx';

export interface EditConflictProps {
  readonly mine: string;
  readonly theirs: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Two versions of one text, and the question which one stays. Nothing is lost before it is answered. */
export function EditConflict({ mine, theirs, onKeepMine, onTakeTheirs }: EditConflictProps) {
  const { editor } = useTurnTexts();
  return (
    <div role="alert" className="m-2 flex flex-col gap-2 rounded-card border border-border bg-surface p-3 text-sm">
      <p className="font-medium">{editor.changedTitle}</p>
      <Version label={editor.theirs} text={theirs} />
      <Version label={editor.mine} text={mine} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="w-full min-w-0 text-text-muted sm:w-auto sm:flex-1">{editor.changedText}</p>
        <Button size="small" onClick={onTakeTheirs}>
          {editor.takeTheirs}
        </Button>
        <Button size="small" variant="primary" onClick={onKeepMine}>
          {editor.keepMine}
        </Button>
      </div>
    </div>
  );
}

function Version({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <p className="text-xs text-text-muted">{label}</p>
      <p dir="auto" className="max-h-[20vh] overflow-y-auto wrap-anywhere whitespace-pre-wrap">
        {text}
      </p>
    </div>
  );
}
