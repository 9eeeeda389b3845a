import { loadGatewayConfig } from '../../config/load-config.ts';
import { startTestGateway } from '../../testing/start-test-gateway.ts';
import type { TestGateway } from '../../testing/start-test-gateway.ts';

/** A gateway on a free port of loopback, configured by the text of a `gateway.yaml` and by variables. */
export async function startYamlGateway(text: string, variables: Record<string, string> = {}): Promise<TestGateway> {
  const { config } = await loadGatewayConfig({
    variables: { OLLAMA_ENDPOINT: 'off', GUIDE_TOKEN_DELAY_MS: '0', ...variables },
    yaml: { text, file: 'gateway.yaml' },
    guideDocuments: [],
  });
  return startTestGateway({}, [], undefined, config);
}
