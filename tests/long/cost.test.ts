import { expect, it } from 'vitest';
import { askTogether } from '../llm/ask-together.js';
import { Bench } from '../llm/gateway-cases.js';
import { say, startModelServer } from '../llm/model-server.js';

it('20 processes of 50 calls each never bill more than the cap together', async () => {
  const bench = new Bench();
  const server = await startModelServer((asked, response) => say(asked, response, '{}'));
  try {
    const cap = 0.5;
    const answered = await askTogether(bench, server, { processes: 20, questions: 50, cap });
    // Some were answered and some refused, or no cap was met.
    expect(answered).toBeGreaterThan(50);
    expect(answered).toBeLessThan(1000);
    expect(server.asked).toHaveLength(answered);
    expect(server.billed()).toBeLessThanOrEqual(cap);
  } finally {
    bench.remove();
    await server.close();
  }
});
