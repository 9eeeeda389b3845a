import { expect, it } from 'vitest';
import { knownKeys } from './known-keys.ts';
import {
  modelSpecConfigSchema,
  modelSpecPresetConfigSchema,
  modelSpecsConfigSchema,
  promptsInterfaceConfigSchema,
} from './model-specs-config.ts';
import { agentsEndpointConfigSchema, toolApprovalConfigSchema } from './agents-endpoint-config.ts';
import { customEndpointSchema, librechatConfigSchema, sharedLinksConfigSchema } from './librechat-config.ts';
import {
  mcpApiKeyConfigSchema,
  mcpInterfaceConfigSchema,
  mcpOAuthConfigSchema,
  mcpServerConfigSchema,
  mcpSettingsConfigSchema,
  mcpVariableConfigSchema,
} from './mcp-config.ts';

it('calls exactly those keys honoured that the schema reads', () => {
  const { interface: ui, registration, endpoints, actions, fileStrategies } = librechatConfigSchema.shape;
  const read: Record<string, object> = {
    '': librechatConfigSchema.shape,
    interface: ui.def.innerType.shape,
    fileStrategies: fileStrategies.def.innerType.shape,
    'interface.mcpServers': mcpInterfaceConfigSchema.shape,
    'interface.prompts': promptsInterfaceConfigSchema.shape,
    'interface.sharedLinks': sharedLinksConfigSchema.shape,
    modelSpecs: modelSpecsConfigSchema.shape,
    'modelSpecs.list[]': modelSpecConfigSchema.shape,
    'modelSpecs.list[].preset': modelSpecPresetConfigSchema.shape,
    registration: registration.def.innerType.shape,
    endpoints: endpoints.shape,
    'endpoints.custom[]': customEndpointSchema.shape,
    'endpoints.custom[].models': customEndpointSchema.shape.models.shape,
    'mcpServers.*': mcpServerConfigSchema.shape,
    'mcpServers.*.oauth': mcpOAuthConfigSchema.shape,
    'mcpServers.*.apiKey': mcpApiKeyConfigSchema.shape,
    'mcpServers.*.obo': mcpServerConfigSchema.shape.obo.def.innerType.shape,
    'mcpServers.*.customUserVars.*': mcpVariableConfigSchema.shape,
    actions: actions.def.innerType.shape,
    mcpSettings: mcpSettingsConfigSchema.shape,
    'endpoints.agents': agentsEndpointConfigSchema.shape,
    'endpoints.agents.toolApproval': toolApprovalConfigSchema.shape,
  };
  expect(Object.keys(read)).toEqual(Object.keys(knownKeys));
  for (const [level, shape] of Object.entries(read)) {
    expect([level, ...Object.keys(shape).toSorted()]).toEqual([
      level,
      ...(knownKeys[level]?.honoured ?? []).toSorted(),
    ]);
  }
});

it('gives no key two fates', () => {
  for (const { honoured, later, laterProtecting } of Object.values(knownKeys)) {
    const all = [...honoured, ...later, ...laterProtecting];
    expect(new Set(all).size).toBe(all.length);
  }
});
