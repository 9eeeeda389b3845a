import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import type { PinnedVersion } from './agent-version.ts';
import type { LostAgent } from './model-choice.ts';

export interface VersionBannerProps {
  readonly version: PinnedVersion | undefined;
  readonly lost: LostAgent | undefined;
}

/** Above the composer: that the chat's agent has a newer version, or cannot answer any more. */
export function VersionBanner({ version, lost }: VersionBannerProps) {
  const { pinned } = useTexts().tools;
  if (lost) {
    const name = lost.name ?? pinned.unnamed;
    return (
      <Banner tone="warning" className="mb-2">
        {lost.isDisabled ? pinned.disabled(name) : pinned.gone(name)}
      </Banner>
    );
  }
  if (!version) return null;
  return (
    <Banner
      className="mb-2"
      actions={
        version.isMovingOn ? undefined : (
          <Button size="small" onClick={version.moveOn}>
            {pinned.use(version.newest)}
          </Button>
        )
      }
    >
      {version.isMovingOn ? pinned.next(version.newest) : pinned.old(version.pinned)}
    </Banner>
  );
}
