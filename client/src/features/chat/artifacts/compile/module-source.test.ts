import { expect, it } from 'vitest';
import { entryOf, withExport } from './module-source.ts';

it('exports the component that its author forgot to export', () => {
  expect(withExport('function Row() {}\nconst App = () => null;\nfunction Other() {}')).toMatch(/export default App;$/);
  expect(withExport('function Row() {}\nfunction Board() {}')).toMatch(/export default Board;$/);
  expect(withExport('export function Row() {}')).not.toContain('default');
  expect(withExport('const a = 1;')).not.toContain('export');
});

it('leaves showing it to a source that shows itself', () => {
  expect(entryOf('export default () => null')).toContain('createRoot(document.getElementById');
  expect(entryOf('createRoot(document.body).render(1)')).not.toContain('getElementById');
});
