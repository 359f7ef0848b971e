import { expect, test } from 'vitest';
import { evidenceSummary } from '../../src/cli/evidence-text.js';
import type { EvidenceEntry } from '../../src/plan/evidence.js';

const rule = (severity: EvidenceEntry['severity'], failingRows: number): EvidenceEntry => ({
  id: 'rule.gaps',
  title: 'no day is missing',
  kind: 'rule',
  severity,
  facts: { ruleId: 'gaps', checkedRows: 9, failingRows },
  ...(failingRows === 0 ? { status: 'proved', why: null } : { status: 'failed', why: 'some are' }),
});

test('a rule that only warns is told as a warning, not as failed', () => {
  const entries = [rule('error', 0), rule('warning', 2), rule('error', 3), rule('warning', 1)];
  expect(evidenceSummary({ entries })).toBe('1 proved, 2 warnings, 1 failed');
  expect(evidenceSummary({ entries: entries.slice(0, 2) })).toBe('1 proved, 1 warning');
});
