import type { GatewayConfig } from '../core/gateway-config.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import type { Environment } from './environment/environment-reader.ts';
import { readEnvironment } from './environment/read-environment.ts';
import { GatewayConfigError } from './gateway-config-error.ts';
import type { GatewayFace } from './lynkr/apply-lynkr-variables.ts';

export type { Environment } from './environment/environment-reader.ts';

export interface EnvironmentOptions {
  /** What the guide answers from; see `loadGuideDocuments`. */
  readonly guideDocuments: readonly GuideDocument[];
  /** `embedded` leaves `PORT`, `LOG_LEVEL` and their like to the program around the gateway; `standalone` unless told. */
  readonly face?: GatewayFace;
}

/**
 * The configuration that environment variables describe; the package's README lists them. Pure. Throws one
 * `GatewayConfigError` that holds every mistake.
 */
export function configFromEnvironment(
  variables: Environment,
  { guideDocuments, face = 'standalone' }: EnvironmentOptions,
): GatewayConfig {
  const { settings, read } = readEnvironment(variables, { guideDocuments, face });
  if (read.mistakes.length > 0) throw new GatewayConfigError(read.mistakes);
  return settings.config;
}
