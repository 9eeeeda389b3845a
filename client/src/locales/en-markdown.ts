/** Wording inside rendered answers: code blocks, tables, formulas, diagrams, footnotes. */
export const enMarkdown = {
  copy: 'Copy',
  copyCode: 'Copy code',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  plainText: 'Text',
  code: (language: string) => (language ? `Code, ${language}` : 'Code'),
  table: (columns: string) => (columns ? `Table: ${columns}` : 'Table'),
  formula: 'Formula',
  footnote: (label: string) => `Footnote ${label}`,
  backToText: (label: string) => `Back to where footnote ${label} is mentioned`,
  diagram: 'Diagram',
  diagramFailed: 'This diagram could not be drawn. Here is its source.',
  showSource: 'Show source',
  showDiagram: 'Show diagram',
};
