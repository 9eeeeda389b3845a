import { GatewayError } from '../core/gateway-error.ts';
import { mayNameModel } from '../keys/key-ring.ts';
import type { ListedModel } from '../routing/model-directory.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** `GET /v1/models` and `GET /v1/models/{id}` in the client's dialect: what the key may name, and nothing else. */
export function createModelRoutes(list: (signal: AbortSignal) => Promise<ListedModel[]>) {
  async function allowed({ scope, signal }: Exchange): Promise<ListedModel[]> {
    return (await list(signal)).filter(({ id }) => mayNameModel(scope.key, id));
  }

  return {
    async all(exchange: Exchange): Promise<void> {
      sendJson(exchange, 200, toList(exchange, await allowed(exchange)));
    },
    async one(exchange: Exchange, id: string): Promise<void> {
      const found = (await allowed(exchange)).find((model) => model.id === id);
      if (!found) {
        throw new GatewayError('model-not-found', {
          message: `The model "${id}" does not exist here.`,
          param: 'model',
        });
      }
      sendJson(exchange, 200, toModel(exchange, found));
    },
  };
}

function toList(exchange: Exchange, models: readonly ListedModel[]): object {
  const data = models.map((model) => toModel(exchange, model));
  switch (exchange.face.dialect) {
    case 'google-generative':
      return { models: data };
    case 'anthropic-messages':
      return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
    default:
      return { object: 'list', data };
  }
}

function toModel({ face }: Exchange, { id, ownedBy }: ListedModel): object {
  switch (face.dialect) {
    case 'google-generative':
      return {
        name: `models/${id}`,
        displayName: id,
        supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
      };
    case 'anthropic-messages':
      return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
    default:
      return { id, object: 'model', created: 0, owned_by: ownedBy };
  }
}
