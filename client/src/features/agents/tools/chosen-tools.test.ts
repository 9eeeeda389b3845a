import { describe, expect, it } from 'vitest';
import { groupTools } from '../../../lib/tool-groups.ts';
import { mcpServers, tools } from '../testing/agent-server.ts';
import { describeChosen } from './chosen-tools.ts';

const groups = groupTools(tools, mcpServers);

describe('chosen tools', () => {
  it('are described as they were chosen, also when they are gone', () => {
    const [whole, single, gone] = describeChosen(['mcp/files', 'mcp/files/read', 'mcp/gone/find'], groups);
    expect(whole).toMatchObject({ title: 'Files', size: 2, isUnknown: false });
    expect(single).toMatchObject({ title: 'Read file', origin: 'Files', effect: 'allow' });
    expect(gone).toMatchObject({ title: 'gone / find', isUnknown: true });
  });

  it('count the code interpreter as one tool', () => {
    const [tool] = tools;
    const source = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;
    const code = tool ? [{ ...tool, ref: 'code/interpreter/execute_code', source }] : [];
    const [chosen] = describeChosen(['code/interpreter'], groupTools(code, []));
    expect(chosen).toMatchObject({ title: 'Code interpreter', size: undefined, isUnknown: false });
  });
});
