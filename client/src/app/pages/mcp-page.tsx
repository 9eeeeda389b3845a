import type { McpServerView } from '@parley/contracts';
import { useState } from 'react';
import { ServerList } from '../../features/mcp/server-list.tsx';
import { ShareDialog } from '../../features/sharing/share-dialog.tsx';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** The MCP servers of this person, and whom they share them with. */
export function McpPage() {
  const texts = useMcpTexts();
  const [shared, setShared] = useState<McpServerView>();
  usePageTitle(texts.title);
  return (
    <ContentPage title={texts.title}>
      <ServerList onShare={setShared} />
      <ShareDialog
        thing={shared === undefined ? undefined : { type: 'mcp-server', id: shared.name, name: shared.title }}
        onClose={() => setShared(undefined)}
      />
    </ContentPage>
  );
}
