import { mcpRoutes } from '@parley/contracts';
import type { McpServerSettings, McpServerView } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { ServerForm } from './server-form.tsx';

export interface ServerDialogProps {
  /** Absent: a new one. */
  readonly server: McpServerView | undefined;
  readonly onClose: () => void;
}

const blank: McpServerSettings = {
  title: '',
  description: '',
  url: '',
  transport: 'streamable-http',
  auth: { kind: 'none' },
};

/** Adds a server by its address, or changes one. */
export function ServerDialog({ server, onClose }: ServerDialogProps) {
  const texts = useMcpTexts();
  const all = useTexts();
  const title = server === undefined ? texts.form.addTitle : texts.form.editTitle(server.title);
  const { data, error } = useQuery({
    queryKey: ['mcp-server-settings', server?.name ?? ''],
    queryFn: ({ signal }) => call(mcpRoutes.settings, { params: { name: server?.name ?? '' } }, { signal }),
    enabled: server !== undefined,
    gcTime: 0,
    staleTime: 0,
  });
  const settings = server === undefined ? blank : data;
  if (settings === undefined) {
    return (
      <Dialog open onClose={onClose} title={title}>
        {error === null ? (
          <Spinner label={all.common.loading} />
        ) : (
          <Banner tone="danger">{explainError(error, all)}</Banner>
        )}
      </Dialog>
    );
  }
  return <ServerForm title={title} name={server?.name} initial={settings} onClose={onClose} />;
}
