import { byteSize } from '../../lib/files/byte-size.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { classNames } from '../../ui/class-names.ts';

/** From this share on, the end of the room is near. */
const nearlyFull = 0.9;

/** How much of the room for a conversation's files they take up, in bytes. */
export function RoomMeter({ used, room }: { readonly used: number; readonly room: number }) {
  const { workspace } = useFilesTexts();
  const share = room > 0 ? Math.min(1, used / room) : 1;
  return (
    <div className="min-w-40 flex-1">
      <p className="mb-1.5 text-xs text-text-muted tabular-nums">{workspace.used(byteSize(used), byteSize(room))}</p>
      {/* Read out, while the bar below it is drawn: browsers do not let one style a meter. */}
      <meter aria-label={workspace.room} min={0} max={1} value={share} className="sr-only" />
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-selected">
        <div
          className={classNames(
            'h-full w-full origin-left rounded-full rtl:origin-right',
            share >= nearlyFull ? 'bg-danger' : 'bg-accent',
          )}
          style={{ transform: `scaleX(${String(share)})` }}
        />
      </div>
    </div>
  );
}
