import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import { splitPage } from '../dialects/guide/split-page.ts';

const fence = '```';

/** A small documentation for tests, in the shape of the real one. */
export const guidePages: readonly GuideDocument[] = [
  splitPage(
    'README.md',
    `# Parley

<p align="center"><img src="logo.png"></p>

A self-hosted chat platform for AI models.

## Two commands

You need Node 18 or newer. No database, no Docker, no API key.

${fence}sh
# not a heading
npm start
${fence}

## What Parley can do

- Answers that survive everything
`,
  ),
  splitPage(
    'docs/guides/connect-a-provider.md',
    `# Connect a provider

Chats go to the endpoint in \`librechat.yaml\`. See [the data page](../guides/your-data.md#backup), [the license](../../LICENSE) and [below](#openai).

## OpenAI

Set the key in \`.env\`:

${fence}sh
OPENAI_API_KEY=sk-...
${fence}

## Ollama

Start Ollama and pull a model. Parley finds it by itself.

1. Install it
2. Pull a model
   - a small one
`,
  ),
  splitPage(
    'docs/guides/your-data.md',
    `# Where your data is

## The data folder

Everything lies in \`./data\`, or where \`PARLEY_DATA_DIR\` points.

## Backup

Stop Parley and copy the folder.
`,
  ),
  splitPage(
    'docs/guides/run-with-docker.md',
    `# Run it with Docker

## One container

Mount a volume at \`/data\`, so that chats outlive the container:

${fence}sh
docker run -p 3080:3080 -v parley-data:/data parley
${fence}

## Settings in Docker

Give the key of OpenAI with \`-e OPENAI_API_KEY=...\`.
`,
  ),
  splitPage(
    'docs/guides/survive.md',
    `# How an answer survives

## Close the laptop

The answer belongs to the server and goes on. Reload and you see all of it.

## Change the port

Set \`PORT=4000\`. The default is 3080.
`,
  ),
];
