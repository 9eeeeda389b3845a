import { mcpRoutes } from '@parley/contracts';
import type { McpServerView } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';

/** What a server offers, in its own words, and what of it had to be left out. */
export function ServerTools({ name }: Pick<McpServerView, 'name'>) {
  const { tools: texts } = useMcpTexts();
  const { common } = useTexts();
  const { data, isError, refetch } = useQuery({
    queryKey: ['mcp-tools', name],
    queryFn: ({ signal }) => call(mcpRoutes.tools, { params: { name } }, { signal }),
  });
  if (isError) {
    return (
      <div className="flex flex-wrap items-center gap-3 text-text-muted">
        {texts.failed}
        <Button size="small" onClick={() => void refetch()}>
          {common.retry}
        </Button>
      </div>
    );
  }
  if (!data) return <Spinner active label={texts.loading} />;
  if (data.items.length === 0 && data.problems.length === 0) return <p className="text-text-muted">{texts.none}</p>;
  return (
    <ul className="flex flex-col gap-3" aria-label={texts.show}>
      {data.items.map((tool) => (
        <li key={tool.ref} className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium wrap-anywhere">{tool.title}</span>
            <Badge tone={tool.effect === 'deny' ? 'warning' : 'neutral'}>{texts.effects[tool.effect]}</Badge>
          </div>
          <p className="line-clamp-3 text-xs wrap-anywhere text-text-muted">{tool.description}</p>
        </li>
      ))}
      {data.problems.map(({ tool, reason }, index) => (
        <li key={`${tool}-${String(index)}`} className="text-xs wrap-anywhere text-text-muted">
          <span className="font-medium text-warning">{texts.leftOut}:</span> {tool} – {reason}
        </li>
      ))}
    </ul>
  );
}
